import { expect, test } from 'vitest';
import { levelsInForce } from './levels-in-force.ts';

const NOW = Date.parse('2026-01-01T00:00:00.000Z');

function entry(level: 'debug' | 'warn', endsInMs: number) {
  const expiresAt = new Date(NOW + endsInMs).toISOString();
  return { level, setAt: '2025-12-31T00:00:00.000Z', setBy: 'cli:operator', expiresAt } as const;
}

test('a level holds until it ends, and the next end is told', () => {
  const entries = new Map([
    ['all', entry('warn', 60_000)],
    ['pool', entry('debug', 5_000)],
    ['api', entry('debug', 0)],
  ]);
  expect(levelsInForce(entries, NOW)).toEqual({ levels: { all: 'warn', pool: 'debug' }, nextEndMs: 5_000 });
  expect(levelsInForce(entries, NOW + 5_000)).toEqual({ levels: { all: 'warn' }, nextEndMs: 55_000 });
  expect(levelsInForce(entries, NOW + 60_000)).toEqual({ levels: {}, nextEndMs: undefined });
});

test('a level of a component that there is not is left out', () => {
  expect(levelsInForce(new Map([['kitchen', entry('debug', 5_000)]]), NOW)).toEqual({
    levels: {},
    nextEndMs: undefined,
  });
});
