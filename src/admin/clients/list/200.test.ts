import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';
import { JOB } from '../../jobs/job.fixture.ts';
import { jobSummary } from '../../jobs/summary.ts';
import { KEY, keysThat } from '../../keys/key.fixture.ts';

test('who has keys or jobs is told, each client of each tenant by itself', async () => {
  const key = { ...KEY, expired: false };
  const { keys } = keysThat({
    listKeys: async () => [
      key,
      { ...key, id: 'key_2', tier: 'free', lastUsedAt: '2026-01-02T00:00:00.000Z' },
      { ...key, id: 'key_3', tenant: 'other' },
    ],
  });
  const job = jobSummary(JOB);
  const newest = () => [
    job,
    { ...job, state: 'queued' as const, costUsd: null },
    { ...job, client: 'service-b', state: 'expired' as const },
  ];
  const answer = await startTestAdmin({ keys, jobWatch: { newest } }).call('/api/clients');
  expect(answer.status).toBe(200);
  const none = { waiting: 0, running: 0, ended: 0, failed: 0, costUsd: 0 };
  expect(answer.json()).toEqual({
    clients: [
      {
        ...{ tenant: 'acme', client: 'service-a', tiers: ['pro', 'free'], keys: 2 },
        lastUsedAt: '2026-01-02T00:00:00.000Z',
        jobs: { ...none, waiting: 1, ended: 1, costUsd: 0.01 },
      },
      {
        ...{ tenant: 'acme', client: 'service-b', tiers: ['pro'], keys: 0, lastUsedAt: null },
        jobs: { ...none, failed: 1, costUsd: 0.01 },
      },
      {
        ...{ tenant: 'other', client: 'service-a', tiers: ['pro'], keys: 1, lastUsedAt: null },
        jobs: none,
      },
    ],
  });
});

test('without access to keys those with jobs are left', async () => {
  const newest = () => [jobSummary(JOB)];
  const keys = { unavailable: 'no hash key' };
  const answer = await startTestAdmin({ keys, jobWatch: { newest } }).call('/api/clients');
  expect(answer.json()).toMatchObject({ clients: [{ client: 'service-a', keys: 0 }] });
});
