import { expect, test } from 'vitest';
import { describeProblem } from '../../rule-files/index.ts';
import type { RulesStatus } from '../rules/live-rules.ts';
import { rulesReport, rulesReportSchema } from './report.ts';

const FROM = { process: 'a1', role: 'ratelimit' as const, host: 'one' };
const STATUS: RulesStatus = {
  ...{
    source: 'files',
    loadedAtMs: 0,
    version: undefined,
    digest: 'd',
    domains: ['shop', 'mail'],
    limits: 7,
  },
  ...{ files: ['/a.yaml'], warnings: [], refused: undefined, loads: { loaded: 1, refused: 0 } },
};
const problem = (reason: string, file = '/a.yaml') => ({
  ...{ file, line: 4, column: 25, path: 'descriptors[0]', code: 'invalid_unit' as const, reason },
});

test('rules that are in force are told in figures', () => {
  expect(rulesReport(FROM, STATUS)).toEqual({
    ...{ ...FROM, source: 'files', loadedAt: '1970-01-01T00:00:00.000Z', domains: 2, limits: 7 },
    ...{ files: { count: 1, names: ['/a.yaml'] }, warnings: { count: 0, problems: [] } },
  });
});

test('before the first set nothing is in force', () => {
  expect(rulesReport(FROM, { ...STATUS, loadedAtMs: undefined })).not.toHaveProperty('loadedAt');
});

test('of a set that was refused each problem is told with its place, and since when', () => {
  const refused = { atMs: 2_000, sinceMs: 1_000, version: 'v2', problems: [problem('wrong')] };
  expect(rulesReport(FROM, { ...STATUS, source: 'xds', version: 'v1', refused })).toMatchObject({
    version: 'v1',
    refused: {
      ...{ since: '1970-01-01T00:00:01.000Z', at: '1970-01-01T00:00:02.000Z', version: 'v2' },
      ...{ count: 1, problems: [problem('wrong')] },
    },
  });
});

test('however much is wrong, a report stays below 64 KiB and counts what it leaves out', () => {
  const long = 'x'.repeat(100_000);
  const problems = Array.from({ length: 1_000 }, () => ({ ...problem(long, long), path: long }));
  const report = rulesReport(FROM, {
    ...STATUS,
    version: long,
    files: problems.map(({ file }) => file),
    warnings: problems,
    refused: { atMs: 0, sinceMs: 0, version: long, problems },
  });
  expect(JSON.stringify(report).length).toBeLessThan(64 * 1024);
  expect([report.files.count, report.warnings.count, report.refused?.count]).toEqual([1_000, 1_000, 1_000]);
  expect(describeProblem(report.refused?.problems[0] as ReturnType<typeof problem>)).toMatch(/x\.\.\.$/);
  expect(rulesReportSchema.parse(report)).toEqual(report);
});
