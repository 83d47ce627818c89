import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SPAN_ATTRIBUTES, SPANS } from '../../src/telemetry/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';

const page = readFileSync(join(ROOT, 'docs/traces.md'), 'utf8');

test('docs/traces.md has every attribute, in the words of the code', () => {
  const rows = [...page.matchAll(/^\| `([\w.]+\.[\w.]+)` \| (.+) \|$/gm)].map(([, name, what]) => [
    name,
    what,
  ]);
  expect(Object.fromEntries(rows)).toEqual(SPAN_ATTRIBUTES);
});

test('docs/traces.md has every span', () => {
  const names = Object.values(SPANS).filter((name) => typeof name === 'string');
  for (const name of [...names, SPANS.chat('MODEL'), SPANS.tool('NAME')]) expect(page).toContain(name);
});
