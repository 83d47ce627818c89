import { expect, test } from 'vitest';
import { startTestAdmin, VIEWER_TOKEN } from '../../../../test/support/admin.ts';
import { encodeCursor, type JobRecord, type ListPlace } from '../../../jobs/index.ts';
import { JOB } from '../job.fixture.ts';

type Asked = [
  owner: unknown,
  after: ListPlace | undefined,
  limit: number,
  wanted: (job: JobRecord) => boolean,
];

async function list(query: string, next?: ListPlace) {
  let asked: Asked | undefined;
  const answer = await startTestAdmin({
    jobs: {
      list: async (...args) => {
        asked = args;
        return { jobs: [JOB], next };
      },
    },
  }).call(`/api/jobs${query}`, { token: VIEWER_TOKEN });
  expect(answer.status).toBe(200);
  return { answer, asked: asked as unknown as Asked };
}

test('a job is shown without what it was asked and answered', async () => {
  const { answer } = await list('');
  expect(answer.json()).toEqual({
    next: null,
    jobs: [
      {
        ...{ jobId: JOB.jobId, state: 'completed', tenant: 'acme', client: 'service-a', tier: 'pro' },
        ...{ keyId: 'key_1', attempts: 1, model: 'stand-in', error: null, usage: JOB.usage, costUsd: 0.01 },
        ...{ createdAt: JOB.createdAt, startedAt: JOB.startedAt, finishedAt: JOB.finishedAt },
        ...{ traceId: '0af7651916cd43dd8448eb211c80319c', requestId: 'request-1' },
      },
    ],
  });
});

test.each([
  ['', true],
  ['?state=completed,failed', true],
  ['?state=failed', false],
  ['?tenant=acme', true],
  ['?tenant=acmes', false],
  ['?client=service-a', true],
  ['?client=service-b', false],
  ['?tier=pro', true],
  ['?tier=free', false],
  ['?from=2026-01-01T00:00:00Z', true],
  ['?from=2026-01-01T00:00:01Z', false],
])('of %s the job is one: %j', async (query, expected) => {
  const { asked } = await list(query);
  expect(asked[3](JOB)).toBe(expected);
});

test("one client's jobs are looked for among its own", async () => {
  expect((await list('?tenant=acme&client=service-a')).asked[0]).toEqual({
    tenant: 'acme',
    client: 'service-a',
  });
  expect((await list('?tenant=acme')).asked[0]).toBeUndefined();
});

test('a list goes on where it was, and begins where it is asked to', async () => {
  const place = { createdAt: 7, jobId: JOB.jobId };
  const { asked, answer } = await list(`?limit=3&cursor=${encodeCursor(place)}`, place);
  expect(asked.slice(1, 3)).toEqual([place, 3]);
  expect(answer.json().next).toBe(encodeCursor(place));
  expect((await list('?to=1970-01-01T00:00:01Z')).asked[1]).toEqual({ createdAt: 1_001, jobId: '' });
});

test('it ends where what was asked for ends', async () => {
  const { answer } = await list('?from=2026-01-01T00:00:00Z', { createdAt: 7, jobId: JOB.jobId });
  expect(answer.json().next).toBeNull();
});
