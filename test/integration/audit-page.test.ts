import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AUDIT_ACTIONS } from '../../src/audit/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';

test('docs/audit.md has every action, and no other', () => {
  const page = readFileSync(join(ROOT, 'docs/audit.md'), 'utf8');
  const rows = page
    .matchAll(/^\| `([a-z_]+\.[a-z]+)` \| (.*) \|$/gm)
    .map(([, name, what]) => [name, what])
    .toArray();
  expect(Object.fromEntries(rows)).toEqual(AUDIT_ACTIONS);
});
