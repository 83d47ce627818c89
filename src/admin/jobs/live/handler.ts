import { z } from 'zod';
import { isFinal } from '../../../jobs/index.ts';
import { defineRoute } from '../../route.ts';
import { JOB_NOT_FOUND } from '../not-found.ts';
import { followJob } from './follow.ts';

const HEARTBEAT_MS = 15_000;
const RETRY_S = 5;

/** What a job does, as it does it. */
export const jobLiveRoute = defineRoute({
  method: 'GET',
  path: '/api/jobs/:id/live',
  access: 'view',
  operation: {
    id: 'followJob',
    summary: 'What a job does, as it does it',
    answers: { 200: { text: ['text/event-stream'], events: 'JobEntry' }, 204: 'nothing' },
    problems: ['job_not_found', 'too_many_listeners'],
  },
  params: z.strictObject({ id: z.string() }),
  async handle({ params: { id: jobId }, visitor, lastEventId }, { jobs, entrance, jobListeners }) {
    const afterSeq = Number(lastEventId ?? '0');
    if (!/^\d{1,15}$/.test(lastEventId ?? '0')) {
      const message = "expected an entry's sequence number";
      const errors = [{ path: 'Last-Event-ID', message }];
      return { problem: 'invalid_request', detail: `Last-Event-ID: ${message}`, errors };
    }
    const job = await jobs.get(jobId);
    if (job === undefined) return JOB_NOT_FOUND;
    // HTML standard, section 9.2.3: with any other answer an EventSource connects again for ever.
    if (isFinal(job.state) && afterSeq >= job.lastSeq) return { status: 204 };
    const followed = jobListeners.listen(({ signal }) =>
      followJob({
        ...{ jobs, jobId, afterSeq, signal, output: visitor.output, heartbeatMs: HEARTBEAT_MS },
        goesOn: () => entrance.isStillIn(visitor),
      }),
    );
    if (followed !== undefined) return { events: followed };
    const detail = 'As many pages follow jobs as may. Close some, or wait.';
    return { problem: 'too_many_listeners', detail, retryAfter: RETRY_S };
  },
});
