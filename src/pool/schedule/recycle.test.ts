import { expect, test } from 'vitest';
import { recycleReason, type UsedWorker } from './recycle.ts';

const limits = { jobs: 50, ageMs: 1_000, memoryBytes: 100 };
const good: UsedWorker = {
  reusable: true,
  ended: 'well',
  jobs: 1,
  ageMs: 1,
  processes: [
    { innerPid: 1, residentBytes: 1 },
    { innerPid: 2, residentBytes: 99 },
  ],
};

test('a worker whose job ended well, with nothing left of it, may run another', () => {
  expect(recycleReason(good, limits)).toBeUndefined();
});

test.each<[string, Partial<UsedWorker>, string]>([
  ['that may run one job only', { reusable: false }, 'single_use'],
  ['whose inside cannot be seen', { processes: undefined }, 'single_use'],
  ['whose job ended badly', { ended: 'badly' }, 'failed'],
  [
    'with a process more than its own two',
    { processes: [...(good.processes ?? []), { innerPid: 3, residentBytes: 0 }] },
    'processes_left',
  ],
  ['that has run its number of jobs', { jobs: 50 }, 'jobs'],
  ['that is too old', { ageMs: 1_000 }, 'age'],
  ['that has grown', { processes: [{ innerPid: 2, residentBytes: 101 }] }, 'memory'],
])('one %s goes', (_, change, reason) => {
  expect(recycleReason({ ...good, ...change }, limits)).toBe(reason);
});
