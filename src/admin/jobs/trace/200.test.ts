import { expect, test } from 'vitest';
import { startTestAdmin, VIEWER_TOKEN } from '../../../../test/support/admin.ts';
import { FetchError, type FetchRequest } from '../../../http/index.ts';
import { JOB } from '../job.fixture.ts';
import { createJobTraceReader } from './read-job-trace.ts';

const TRACE = {
  data: [
    {
      processes: { p1: { serviceName: 'gatehouse-worker' } },
      spans: [
        {
          ...{
            spanID: 'a',
            operationName: 'attempt',
            startTime: 1_000_000,
            duration: 500_000,
            processID: 'p1',
          },
          tags: [
            { key: 'gatehouse.job_id', value: JOB.jobId },
            { key: 'gatehouse.attempt', value: 1 },
          ],
        },
        {
          ...{
            spanID: 'b',
            operationName: 'chat m',
            startTime: 1_100_000,
            duration: 200_500,
            processID: 'p1',
          },
          references: [{ refType: 'CHILD_OF', spanID: 'a' }],
        },
      ],
    },
  ],
};

async function trace(
  answer: string | Error,
  { queryUrl = 'http://jaeger:16686/' as string | null, job = JOB } = {},
) {
  const asked: FetchRequest[] = [];
  const fetcher = {
    async fetch(request: FetchRequest) {
      asked.push(request);
      if (answer instanceof Error) throw answer;
      return Buffer.from(answer);
    },
    close: async () => {},
  };
  const readJobTrace = createJobTraceReader(fetcher, queryUrl ?? undefined);
  const admin = startTestAdmin({ jobs: { get: async () => job }, readJobTrace });
  const told = await admin.call(`/api/jobs/${JOB.jobId}/trace`, { token: VIEWER_TOKEN });
  expect(told.status).toBe(200);
  return { asked, told: told.json() };
}

test('who may look sees what the attempts did', async () => {
  const { asked, told } = await trace(JSON.stringify(TRACE));
  expect(told).toEqual({
    ...{ state: 'read', reason: null, omittedSpans: 0 },
    spans: [
      {
        ...{ spanId: 'b', attempt: 1, name: 'chat m', depth: 1, error: null, tokens: null },
        ...{ from: '1970-01-01T00:00:01.100Z', to: '1970-01-01T00:00:01.300Z' },
      },
    ],
  });
  expect(asked).toMatchObject([
    {
      url: 'http://jaeger:16686/api/traces/0af7651916cd43dd8448eb211c80319c',
      timeoutMs: expect.any(Number),
      maxBytes: expect.any(Number),
    },
  ]);
});

test.each([
  ['is not stored yet', new FetchError('unexpected_status', 'status 404', { status: 404 }), 'none'],
  ['is kept by one who does not answer', new FetchError('timed_out', 'did not answer'), 'away'],
  ['is answered with something else', '<html>', 'away'],
  ['is answered with other JSON', '{"data":[{}]}', 'away'],
  ['has a time that is none', JSON.stringify(TRACE).replace('1100000', '1e300'), 'away'],
])('a trace that %s is no failure', async (_what, answer, state) => {
  const { told } = await trace(answer);
  expect(told).toEqual({
    state,
    reason: expect.stringMatching(/^The trace [^<[{]+$/),
    spans: [],
    omittedSpans: 0,
  });
});

test.each([
  ['was not traced', { job: withTraceparent(undefined) }],
  ['was not recorded', { job: withTraceparent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00') }],
  ['has nobody to be asked for', { queryUrl: null }],
])('nobody is asked for a trace that %s', async (_what, how) => {
  const fetched = await trace(JSON.stringify(TRACE), how);
  expect(fetched.asked).toEqual([]);
  expect(fetched.told.state).toBe('none');
});

function withTraceparent(traceparent: string | undefined): typeof JOB {
  const { traceparent: _, ...job } = JOB;
  return (traceparent === undefined ? job : { ...job, traceparent }) as typeof JOB;
}
