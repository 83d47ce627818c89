import type { JobEvent, JobEventBody, JobRecord } from '../../jobs/index.ts';

/** A job that has completed. */
export const JOB: JobRecord = {
  jobId: '0d4f1e9c-0000-4000-8000-000000000000',
  owner: { tenant: 'acme', client: 'service-a', tier: 'pro', keyId: 'key_1' },
  state: 'completed',
  attempts: 1,
  model: 'stand-in',
  result: { text: 'the answer' },
  usage: { input_tokens: 1, output_tokens: 2, cache_read_input_tokens: 3, cache_creation_input_tokens: 4 },
  costUsd: 0.01,
  requestId: 'request-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: '2026-01-01T00:00:01.000Z',
  finishedAt: '2026-01-01T00:00:09.000Z',
  lastSeq: 5,
};

/** A log, one event a second. @param bodies each with the attempt that wrote it */
export function eventsOf(...bodies: [attempt: number, body: JobEventBody][]): JobEvent[] {
  return bodies.map(([attempt, body], index) => ({
    ...{ seq: index + 1, at: `2026-01-01T00:00:0${index}.000Z`, attempt },
    ...body,
  }));
}
