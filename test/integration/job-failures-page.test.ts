import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { JOB_FAILURE_CODES } from '../../src/jobs/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';

it('docs/job-failures.md says of every code what a caller can do, and has no other', () => {
  const page = readFileSync(join(ROOT, 'docs/job-failures.md'), 'utf8');
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  expect(rows.map(([, code]) => code)).toEqual(JOB_FAILURE_CODES.map((code) => `\`${code}\``));
  for (const [, code, again, meaning, remedy] of rows) {
    expect(['yes', 'no', 'mostly'], code).toContain(again);
    expect(meaning, code).toMatch(/^[A-Z].*\.$/);
    expect(remedy, code).toMatch(/^[A-Z].*\.$/);
  }
});
