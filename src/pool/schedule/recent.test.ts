import { expect, test } from 'vitest';
import { RecentDemand } from './recent.ts';

test('jobs count by the worker that they needed, until the window has passed', () => {
  let nowMs = 0;
  const demand = new RecentDemand(() => nowMs);
  demand.jobCame('plain', false);
  demand.jobCame('plain', true);
  nowMs = 5_000;
  demand.jobCame('unopened', false);
  expect(demand.counts()).toEqual({ plain: 1, unopened: 1 });
  nowMs = 10_001;
  expect(demand.counts()).toEqual({ plain: 0, unopened: 1 });
});

test('the time that a start takes follows what starts took', () => {
  const demand = new RecentDemand(() => 0);
  for (let i = 0; i < 20; i += 1) demand.workerStarted(300);
  expect(demand.startMs).toBeCloseTo(300, 0);
});

test('however many jobs come, a bounded number is remembered', () => {
  const demand = new RecentDemand(() => 0);
  for (let i = 0; i < 5_000; i += 1) demand.jobCame('plain', false);
  expect(demand.counts().plain).toBe(1_000);
});
