import { expect, it } from 'vitest';
import { createTrialGate } from './trial.ts';

const OPEN = { kind: 'open' } as const;
const BROKEN = { kind: 'broken', untilMs: 99_000 } as const;

it('while a provider is tried out one job begins, and another one when nothing was heard of it', () => {
  let now = 1_000;
  const gate = createTrialGate(30_000, () => now);
  expect(gate(OPEN, true)).toEqual(OPEN);
  expect(gate(OPEN, true)).toEqual({ kind: 'broken', untilMs: 31_000 });
  now = 31_000;
  expect(gate(OPEN, true)).toEqual(OPEN);
});

it('once the trial is over all begin, or none', () => {
  const gate = createTrialGate(30_000, () => 1_000);
  gate(OPEN, true);
  expect([gate(OPEN, false), gate(OPEN, false)]).toEqual([OPEN, OPEN]);
  gate(OPEN, true);
  expect(gate(BROKEN, false)).toEqual(BROKEN);
  expect(gate(OPEN, true)).toEqual(OPEN);
});
