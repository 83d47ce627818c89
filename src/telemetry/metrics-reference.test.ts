import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { METRICS } from './metric-names.ts';
import { fillMetricsPage } from './metrics-reference.ts';

const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');

test('docs/metrics.md has every metric and alert as they are (scripts/node scripts/reference.ts writes them)', () => {
  expect(fillMetricsPage(page)).toBe(page);
  for (const { name } of Object.values(METRICS)) expect(page).toContain(`| \`${name}\` |`);
});

test('a part that nobody makes is a mistake', () => {
  expect(() => fillMetricsPage('<!-- generated: nothing -->\n<!-- end -->')).toThrow('asks for nothing');
});
