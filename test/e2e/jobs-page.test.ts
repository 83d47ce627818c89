import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTool, ROOT } from '../../src/toolchain/index.ts';
import { type Installation, startInstallation } from '../support/installation.ts';

/** Each command of the page with the answer that stands under it. */
const EXAMPLES = [
  ...readFileSync(join(ROOT, 'docs/jobs.md'), 'utf8').matchAll(/^```sh\n(.*?)^```\n```(\w+)\n(.*?)^```/gms),
].map(([, command = '', kind = '', answer = '']) => ({ command, kind, answer }));

let up: Installation;
let job = '';
beforeAll(async () => {
  up = await startInstallation();
});
afterAll(() => up?.close());

async function shell(command: string): Promise<string> {
  const env = { ...process.env, GATEHOUSE_KEY: up.apiKey, JOB: job };
  const line = command.replaceAll('http://127.0.0.1:8080', up.url);
  return (await promisify(execFile)('sh', ['-c', line], { env })).stdout;
}

/** Names and types: what must be the same however often a job is run. A job that is taken at once has no place. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== 'object' || value === null) return typeof value;
  const { position: _, ...rest } = value as Record<string, unknown>;
  return Object.fromEntries(Object.entries(rest).map(([key, below]) => [key, shape(below)]));
}

type Answer = { jobId?: string; state?: string; result?: { text?: string; structured?: unknown } };

describe('docs/jobs.md', () => {
  it('has examples', () => expect(EXAMPLES.length).toBeGreaterThan(8));

  it.for(EXAMPLES)('$kind of $command', async ({ command, kind, answer }, context) => {
    if (findTool('bwrap') === undefined)
      context.skip('bubblewrap is not installed: without it there are no tools');
    const stdout = await shell(command);
    if (kind === 'text') return expect(stdout).toBe(stdout.endsWith('\n') ? answer : answer.trimEnd());
    if (kind === 'events') {
      const types = [...stdout.matchAll(/^event: (\w+)$/gm)].map(([, type]) => type);
      // When the tokens of an answer are told depends on who is faster.
      return expect(types.filter((type) => type !== 'usage')).toEqual(answer.trim().split(' '));
    }
    const got = JSON.parse(stdout) as Answer;
    job = got.jobId ?? job;
    if (kind === 'result') return expect(got.result?.structured).toEqual(JSON.parse(answer));
    const shown = JSON.parse(answer) as Answer;
    expect(shape(got)).toEqual(shape(shown));
    expect(got.state).toBe(shown.state);
    if (shown.result?.text) expect(got.result?.text).toContain(shown.result.text);
  });
});
