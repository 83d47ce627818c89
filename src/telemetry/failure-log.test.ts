import { describe, expect, it } from 'vitest';
import { createFailureLog } from './failure-log.ts';
import type { LogFields } from './fields.ts';
import { silentLogger } from './log.ts';

function recorded() {
  const lines: unknown[] = [];
  const write = (fields: LogFields, message: string) => lines.push([message, fields.count, fields.reason]);
  const logger = { ...silentLogger, info: write, error: write };
  const clock = { ms: 0 };
  const log = createFailureLog({
    logger,
    code: 'store_unavailable',
    failing: 'failing',
    recovered: 'recovered',
    now: () => clock.ms,
  });
  return { lines, clock, log };
}

describe('a failure log', () => {
  it('tells the first failure at once and the others after the interval, with their number', () => {
    const { lines, clock, log } = recorded();
    for (let failure = 0; failure < 1000; failure += 1) log.failed(new Error('away'));
    clock.ms = 10_000;
    log.failed(new Error('still away'));
    expect(lines).toEqual([
      ['failing', 1, 'away'],
      ['failing', 1000, 'still away'],
    ]);
  });

  it('tells the recovery once, with the number of all failures', () => {
    const { lines, log } = recorded();
    log.succeeded();
    log.failed(new Error('away'));
    log.failed(new Error('away'));
    log.succeeded();
    log.succeeded();
    expect(lines.slice(1)).toEqual([['recovered', 2, undefined]]);
  });

  it('stays quiet while failures and successes alternate', () => {
    const { lines, clock, log } = recorded();
    for (clock.ms = 0; clock.ms < 10_000; clock.ms += 10) {
      log.failed(new Error('away'));
      log.succeeded();
    }
    expect(lines).toHaveLength(2);
  });

  it('tells the sentence of an error and none of its fields', () => {
    const { lines, log } = recorded();
    log.failed(Object.assign(new Error('away'), { command: { args: ['service-a'] } }));
    expect(JSON.stringify(lines)).not.toContain('service-a');
  });
});
