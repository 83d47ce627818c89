import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LOG_COMPONENTS } from '../../src/config/index.ts';
import { LOG_FIELDS } from '../../src/telemetry/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';

const page = readFileSync(join(ROOT, 'docs/logs.md'), 'utf8');

/** Of the first table under a heading: what stands in its columns. */
function tableUnder(heading: string): Record<string, string> {
  const section =
    page
      .split(`## ${heading}\n`)[1]
      ?.split('\n\n')
      .find((part) => part.includes('\n|---')) ?? '';
  return Object.fromEntries(
    section
      .matchAll(/^\| `([a-z_]+)` \| (.*) \|$/gm)
      .map(([, name, what]) => [name, what])
      .toArray(),
  );
}

test('docs/logs.md has every field that a line may carry, and no other', () => {
  expect(tableUnder('Fields')).toEqual(LOG_FIELDS);
});

test('docs/logs.md has every component, and no other', () => {
  expect(tableUnder('Levels')).toEqual(LOG_COMPONENTS);
});
