import { expect, test } from 'vitest';
import { statusText } from './status-text.ts';

const problem = {
  file: '/a.yaml',
  line: 4,
  column: 25,
  path: 'descriptors[0]',
  code: 'x',
  reason: 'is wrong',
};
const report: Parameters<typeof statusText>[0] = {
  ...{ process: 'a1', role: 'ratelimit', host: 'one', source: 'files', domains: 1, limits: 7 },
  ...{ loadedAt: '2026-01-01T00:00:00.000Z', files: { count: 3, names: ['/a.yaml', '/b.yaml'] } },
  ...{ warnings: { count: 0, problems: [] } },
};

test('a process with the newest rules is one line', () => {
  expect(statusText(report)).toBe(
    'ratelimit a1 on one: 1 domain, 7 limits from /a.yaml and 2 more since 2026-01-01T00:00:00.000Z',
  );
});

test('its warnings are counted', () => {
  expect(statusText({ ...report, warnings: { count: 2, problems: [problem] } })).toMatch(/Z, 2 warnings$/);
});

test('rules from a management server are told by their version', () => {
  expect(statusText({ ...report, source: 'xds', version: 'v1' })).toContain('from xDS version v1 since');
});

test('without any rules it says so, and why the first set was refused', () => {
  const { loadedAt: _, ...nothing } = report;
  const since = '2026-01-02T00:00:00.000Z';
  const whole = { ...problem, line: 0, column: 0, path: '' };
  const refused = { since, at: since, version: 'v2', count: 9, problems: [problem, whole] };
  expect(statusText({ ...nothing, refused }).split('\n')).toEqual([
    `ratelimit a1 on one: no rules in force yet; newer rules (version v2) are refused since ${since}:`,
    '  /a.yaml:4:25: descriptors[0]: is wrong',
    '  /a.yaml: is wrong',
    '  and 7 more',
  ]);
});
