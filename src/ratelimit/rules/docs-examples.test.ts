import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compileRules } from './compile.ts';
import { parseRules } from './parse.ts';

const PAGE = readFileSync(new URL('../../../docs/ratelimit.md', import.meta.url), 'utf8');
const EXAMPLES = [...PAGE.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);

it.each(EXAMPLES)('the example in docs/ratelimit.md is a good rule file:\n%s', (text) => {
  const { domain, problems, warnings } = parseRules('docs/ratelimit.md', text);
  expect([...problems, ...warnings]).toEqual([]);
  expect(compileRules(domain ? [domain] : []).problems).toEqual([]);
});

it('docs/ratelimit.md shows every key of a rule file in an example', () => {
  const shown = EXAMPLES.join('\n');
  const keys = [
    ...['domain', 'descriptors', 'key', 'value', 'rate_limit', 'rate_limits', 'unit', 'requests_per_unit'],
    ...['unlimited', 'name', 'replaces', 'shadow_mode', 'quota_mode', 'detailed_metric', 'value_to_metric'],
    ...['share_threshold', 'metadata', 'gatehouse', 'denied', 'on_store_failure', 'time_zone', 'algorithm'],
    ...['window', 'burst', 'lease', 'period'],
  ];
  expect(keys.filter((key) => !new RegExp(`\\b${key}:`).test(shown))).toEqual([]);
});
