import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../src/toolchain/index.ts';
import { gatehouse, type Installation, startInstallation } from '../support/installation.ts';

let readme: string;
let up: Installation;
beforeAll(async () => {
  readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  up = await startInstallation();
});
afterAll(async () => {
  await up?.close();
});

/** The first fenced block of a language whose text has some words in it. */
function block(language: string, words: string): string {
  const blocks = readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'));
  const found = blocks.map((match) => match[1] as string).find((text) => text.includes(words));
  if (found === undefined) throw new Error(`README.md has no ${language} block with ${words}`);
  return found;
}

/** Names and types of a JSON value: what must be the same however often a job is run. */
function shape(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, shape(below)]));
}

describe('README.md', () => {
  it('shows a curl line that works, and its real answer', async () => {
    const line = block('sh', 'curl -sS').replaceAll('http://127.0.0.1:8080', up.url);
    const env = { ...process.env, GATEHOUSE_KEY: up.apiKey };
    const { stdout } = await promisify(execFile)('sh', ['-c', line], { env });
    const answer = JSON.parse(stdout) as Record<string, unknown>;
    const shown = JSON.parse(block('json', 'jobId')) as Record<string, unknown>;
    expect(shape(answer)).toEqual(shape(shown));
    expect(answer).toMatchObject({ state: shown.state, model: shown.model, result: shown.result });
  });

  it('names commands that exist', async () => {
    const named = readme.matchAll(/`bin\/gatehouse ([a-z]+(?: [a-z]+)?)/g).map((match) => match[1] as string);
    for (const command of new Set(named)) {
      const { code, stdout } = await gatehouse([...command.split(' '), '--help']);
      expect({ command, code }).toEqual({ command, code: 0 });
      expect(stdout).toContain(`Usage: gatehouse ${command.split(' ')[0]}`);
    }
  });

  it('links to files that exist', () => {
    const links = readme.matchAll(/\]\((?!https?:)([^)#]+)/g).map((match) => match[1] as string);
    for (const link of links)
      expect({ link, exists: existsSync(join(ROOT, link)) }).toEqual({ link, exists: true });
  });

  it('names make targets that exist', async () => {
    const makefile = await readFile(join(ROOT, 'Makefile'), 'utf8');
    for (const [, target] of readme.matchAll(/\bmake ([a-z]+)/g))
      expect(makefile).toMatch(new RegExp(`^${target}:`, 'm'));
  });
});
