import { expect, test } from 'vitest';
import { ADMIN_TOKEN, startTestAdmin, VIEWER_TOKEN } from '../../../../test/support/admin.ts';
import type { JobDetail } from '../../contract.ts';
import { eventsOf, JOB } from '../job.fixture.ts';

const EVENTS = eventsOf(
  [0, { type: 'status', state: 'queued' }],
  [1, { type: 'status', state: 'running' }],
  [1, { type: 'text', text: 'the answer' }],
  [1, { type: 'result', result: { text: 'the answer' }, model: 'stand-in' }],
  [1, { type: 'status', state: 'completed' }],
);
const FILE = { path: 'out.txt', bytes: 3, contentType: 'text/plain', sha256: 'ab' };

async function show(token: string) {
  const answer = await startTestAdmin({
    jobs: {
      get: async () => JOB,
      position: async () => undefined,
      artifacts: async () => ({ attempt: 1, list: [FILE] }),
      events: async (_jobId, afterSeq) => EVENTS.slice(afterSeq, afterSeq + 2),
    },
    traceUrl: (traceId) => `http://jaeger/trace/${traceId}`,
  }).call(`/api/jobs/${JOB.jobId}`, { token });
  expect(answer.status).toBe(200);
  return answer;
}

test('all that is known is told, with a picture of what it did and where its trace is', async () => {
  const detail = (await show(ADMIN_TOKEN)).json() as unknown as JobDetail;
  expect(detail).toMatchObject({
    job: { jobId: JOB.jobId, state: 'completed' },
    ...{ position: null, session: null, retries: [], injected: [], files: [FILE] },
    traceUrl: 'http://jaeger/trace/0af7651916cd43dd8448eb211c80319c',
    result: { text: 'the answer' },
  });
  expect(detail.timeline.spans.map(({ kind, outcome }) => [kind, outcome])).toEqual([
    ['queued', 'running'],
    ['attempt', 'completed'],
  ]);
});

test('who may not see output gets none of it', async () => {
  const { text } = await show(VIEWER_TOKEN);
  expect(text).not.toContain('the answer');
});
