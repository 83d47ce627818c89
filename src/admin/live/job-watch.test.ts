import { expect, test } from 'vitest';
import type { JobRecord, JobState } from '../../jobs/index.ts';
import { createJobWatch } from './job-watch.ts';

function start(...states: [jobId: string, state: JobState][]) {
  const jobs = new Map<string, JobState>(states);
  const asked: string[] = [];
  const watch = createJobWatch({
    newestPlaces: async () => [...jobs.keys()].map((jobId) => ({ jobId, createdAt: 0 })),
    async get(jobId) {
      asked.push(jobId);
      const state = jobs.get(jobId);
      return state && ({ jobId, state, owner: {}, createdAt: '' } as JobRecord);
    },
  });
  const refresh = async () => (await watch.refresh()).map(({ jobId, state }) => `${jobId} ${state}`);
  return { jobs, asked, watch, refresh };
}

test('all are new at first, then those that changed', async () => {
  const { jobs, refresh } = start(['b', 'running'], ['a', 'queued']);
  expect(await refresh()).toEqual(['b running', 'a queued']);
  expect(await refresh()).toEqual([]);
  jobs.set('a', 'running');
  expect(await refresh()).toEqual(['a running']);
});

test('a job that has ended is not read again', async () => {
  const { asked, refresh } = start(['b', 'completed'], ['a', 'queued']);
  await refresh();
  asked.length = 0;
  await refresh();
  expect(asked).toEqual(['a']);
});

test('one that is gone is forgotten', async () => {
  const { jobs, watch, refresh } = start(['b', 'completed'], ['a', 'queued']);
  await refresh();
  jobs.delete('b');
  await refresh();
  expect(watch.newest().map(({ jobId }) => jobId)).toEqual(['a']);
});
