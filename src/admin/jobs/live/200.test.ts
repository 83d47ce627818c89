import { expect, test } from 'vitest';
import { ADMIN_TOKEN, startTestAdmin, VIEWER_TOKEN } from '../../../../test/support/admin.ts';
import { eventsOf, JOB } from '../job.fixture.ts';
import { createJobListeners } from './listeners.ts';

const EVENTS = eventsOf(
  [1, { type: 'status', state: 'running' }],
  [1, { type: 'text', text: 'the answer' }],
  [1, { type: 'result', result: { text: 'the answer' }, model: 'stand-in' }],
  [1, { type: 'status', state: 'completed' }],
);

async function follow(token: string, headers: Record<string, string> = {}) {
  const admin = startTestAdmin({
    jobs: {
      get: async () => JOB,
      async *follow(_jobId, { afterSeq }) {
        yield EVENTS.slice(afterSeq);
      },
    },
    jobListeners: createJobListeners(),
  });
  const answer = await admin.call(`/api/jobs/${JOB.jobId}/live`, { token, headers });
  expect(answer.headers['content-type']).toBe('text/event-stream');
  const events = answer.text.split('\n\n').filter((event) => event.includes('data: '));
  return events.map((event) => ({
    name: /event: (\w+)/.exec(event)?.[1],
    id: /id: (\d+)/.exec(event)?.[1],
    data: JSON.parse(event.split('data: ')[1] ?? ''),
  }));
}

test('entries come in their order with the job where its state changed, and end with it', async () => {
  const events = await follow(ADMIN_TOKEN);
  expect(events.map(({ name, id, data }) => [name, id, data.type ?? data.state])).toEqual([
    ['entry', '1', 'status'],
    ['job', undefined, 'completed'],
    ['entry', '2', 'text'],
    ['entry', '3', 'result'],
    ['entry', '4', 'status'],
    ['job', undefined, 'completed'],
  ]);
  expect(events[2]?.data).toMatchObject({ text: 'the answer', characters: 10 });
});

test('who may not see output learns how much there is, and nothing of it', async () => {
  const events = await follow(VIEWER_TOKEN);
  expect(events[2]?.data).toMatchObject({ type: 'text', text: null, characters: 10 });
  expect(JSON.stringify(events)).not.toContain('the answer');
});

test('it goes on after what the reader has', async () => {
  const events = await follow(ADMIN_TOKEN, { 'last-event-id': '3' });
  expect(events.map(({ id }) => id)).toEqual(['4', undefined]);
});
