import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../../src/toolchain/index.ts';
import { DIFFERENCES } from '../conformance/ratelimit/differences.ts';

const page = readFileSync(join(ROOT, 'docs/compatibility.md'), 'utf8');

it.each(Object.values(DIFFERENCES))('docs/compatibility.md has a section "%s"', (title) => {
  expect(page).toContain(`\n### ${title}\n`);
});
