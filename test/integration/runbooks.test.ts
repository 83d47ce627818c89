import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ALERTS } from '../../src/telemetry/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';
import { gatehouse } from '../support/installation.ts';
import { unknownMetrics } from '../support/metric-names.ts';

const FOLDER = join(ROOT, 'docs/runbooks');
const pages = readdirSync(FOLDER).filter((file) => file.endsWith('.md'));
const textOf = (page: string) => readFileSync(join(FOLDER, page), 'utf8');

test('each alert has a page of its own, and there is none without an alert', () => {
  expect(pages.sort()).toEqual(ALERTS.map(({ runbook }) => `${runbook}.md`).sort());
});

test.each(ALERTS.map(({ name, runbook }) => [name, `${runbook}.md`] as const))(
  "%s's page says what it means, how to look and what to do, by metrics that there are",
  (name, page) => {
    const text = textOf(page);
    expect(text.split('\n', 1)[0]).toBe(`# ${name}`);
    expect(text.match(/^## .*/gm)).toEqual(['## What it means', '## How to look', '## What to do']);
    expect(unknownMetrics(text)).toEqual([]);
  },
);

test.each(ALERTS.map(({ name, value }) => [name, value] as const))(
  '%s asks for metrics that there are',
  (_, value) => {
    expect(unknownMetrics(value)).toEqual([]);
  },
);

test.each(pages)('%s links to pages that there are', (page) => {
  for (const [, target = ''] of textOf(page).matchAll(/\]\(([^)#]+)\)/g)) {
    expect(() => readFileSync(join(FOLDER, target)), target).not.toThrow();
  }
});

describe('every command of the pages', () => {
  const commands = new Map<string, Set<string>>();
  for (const page of pages) {
    for (const [, words = '', rest = ''] of textOf(page).matchAll(
      /gatehouse ([a-z]+(?: [a-z]+)?)([^`\n]*)/g,
    )) {
      const options = rest.match(/--[a-z-]+/g) ?? [];
      const known = commands.get(words) ?? new Set();
      commands.set(words, known);
      for (const option of options) known.add(option);
    }
  }
  const described = [...commands].filter(([words]) => !/^(up|by|does)\b/.test(words));

  test.each(described)('gatehouse %s is one, with its options', async (words, options) => {
    const [command = '', sub = ''] = words.split(' ');
    const top = await gatehouse([command, '--help']);
    expect(top.code, `${command}: ${top.stderr}`).toBe(0);
    const hasSub = new RegExp(`^  ${sub}[ |]`, 'm').test(top.stdout) && sub !== '';
    const help = hasSub ? await gatehouse([command, sub, '--help']) : top;
    for (const option of options) expect(help.stdout, `${words} ${option}`).toContain(option);
    if (/^Commands:/m.test(top.stdout)) expect(hasSub, words).toBe(true);
  });
});
