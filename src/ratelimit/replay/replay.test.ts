import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRules } from '../rules/compile.ts';
import { parseRules } from '../rules/parse.ts';
import type { RuleSet } from '../rules/rule.ts';
import type { TrafficLine } from '../traffic/traffic-line.ts';
import { replay } from './replay.ts';

function rulesOf(limit: string, block = 'gatehouse: {}'): RuleSet {
  const text = `domain: d\n${block}\ndescriptors:\n  - {key: client, rate_limit: {name: each, requests_per_unit: ${limit}}}\n`;
  const { domain, problems } = parseRules('rules.yaml', text);
  const compiled = compileRules(domain ? [domain] : []);
  expect([...problems, ...compiled.problems]).toEqual([]);
  return compiled.rules;
}

const line = (at: number, client: string, hits?: number): TrafficLine => ({
  at,
  domain: 'd',
  descriptors: [{ entries: [{ key: 'client', value: client }], ...(hits !== undefined && { hits }) }],
});
const MINUTE = 60_000;

async function run(lines: readonly TrafficLine[], before: RuleSet, after: RuleSet) {
  return replay({
    lines: (async function* () {
      yield* lines;
    })(),
    before,
    after,
    topConsumers: 3,
    maxBuckets: 100,
  });
}

describe('a replay', () => {
  it('counts on the clock of the recording: a new window has room again', async () => {
    const lines = [0, 1, 2, MINUTE, MINUTE + 1].map((at) => line(at, 'a'));
    const rules = rulesOf('2, unit: minute');
    const { after, requests, from, to } = await run(lines, rules, rules);
    expect(after.limits).toEqual([{ domain: 'd', limit: 'each', requests: 5, limited: 1 }]);
    expect({ requests, from, to }).toEqual({
      requests: 5,
      from: '1970-01-01T00:00:00.000Z',
      to: '1970-01-01T00:01:00.001Z',
    });
  });

  it('tells who would be limited, and who would no longer be', async () => {
    const lines = [...Array.from({ length: 5 }, (_, at) => line(at, 'a')), line(6, 'b')];
    const stricter = await run(lines, rulesOf('4, unit: minute'), rulesOf('2, unit: minute'));
    expect(stricter).toMatchObject({
      newlyLimited: 2,
      newlyPassed: 0,
      before: { limited: 1 },
      after: { limited: 3 },
    });
    expect(stricter.after.consumers).toEqual([
      { domain: 'd', entries: [{ key: 'client', value: 'a' }], limited: 3 },
    ]);
    const looser = await run(lines, rulesOf('2, unit: minute'), rulesOf('4, unit: minute'));
    expect(looser).toMatchObject({ newlyLimited: 0, newlyPassed: 2 });
  });

  it('charges a refused request or not, as the file says', async () => {
    const lines = [line(0, 'a', 3), line(1, 'a', 1)];
    const free = await run(lines, rulesOf('2, unit: minute'), rulesOf('2, unit: minute'));
    expect(free.after.limited).toBe(1);
    const consume = await run(lines, rulesOf('2, unit: minute', ''), rulesOf('2, unit: minute', ''));
    expect(consume.after.limited).toBe(2);
  });

  it('takes a request that is out of order for one right after', async () => {
    const result = await run(
      [line(MINUTE, 'a'), line(0, 'a')],
      rulesOf('1, unit: minute'),
      rulesOf('9, unit: minute'),
    );
    expect(result).toMatchObject({ outOfOrder: 1, before: { limited: 1 }, to: '1970-01-01T00:01:00.000Z' });
  });

  it('of nothing has no times', async () => {
    const result = await run([], rulesOf('1, unit: day'), rulesOf('1, unit: day'));
    expect(result.requests).toBe(0);
    expect(result).not.toHaveProperty('from');
  });

  it('does not depend on whom else it is asked beside, nor on when: the same lines and rules give the same result', async () => {
    const algorithm = fc.constantFrom(
      '3, unit: minute',
      '3, algorithm: sliding_window, unit: minute',
      '3, algorithm: token_bucket, unit: minute, burst: 5',
      '3, algorithm: quota, period: day',
      '2, algorithm: concurrency, lease: 30s',
    );
    const lines = fc
      .array(
        fc.tuple(
          fc.integer({ min: 0, max: 20_000 }),
          fc.constantFrom('a', 'b', 'c'),
          fc.integer({ min: 0, max: 4 }),
        ),
        {
          maxLength: 60,
        },
      )
      .map((steps) => {
        let at = 0;
        return steps.map(([waitMs, client, hits]) => {
          at += waitMs;
          return line(at, client, hits);
        });
      });
    await fc.assert(
      fc.asyncProperty(lines, algorithm, algorithm, async (recorded, before, after) => {
        const first = await run(recorded, rulesOf(before), rulesOf(after));
        expect(await run(recorded, rulesOf(before), rulesOf(after))).toEqual(first);
        const swapped = await run(recorded, rulesOf(after), rulesOf(before));
        expect(swapped.before).toEqual(first.after);
        expect(swapped.after).toEqual(first.before);
        expect([swapped.newlyPassed, swapped.newlyLimited]).toEqual([first.newlyLimited, first.newlyPassed]);
        const { newlyLimited, newlyPassed } = first;
        expect(first.after.limited - first.before.limited).toBe(newlyLimited - newlyPassed);
      }),
    );
  });
});
