import { z } from 'zod';
import type { JobAdministration, JobEvent } from '../../../jobs/index.ts';
import { traceIdOf } from '../../../telemetry/index.ts';
import type { JobDetail } from '../../contract.ts';
import { defineRoute } from '../../route.ts';
import { JOB_NOT_FOUND } from '../not-found.ts';
import { jobSummary } from '../summary.ts';
import { timelineOf } from '../timeline.ts';

/** Of a log that is longer the rest is left out of the timeline; the live stream has all of it. */
const MAX_EVENTS = 5_000;

/** All that is known of a job but what it was asked; what it answered is for those who may see it. */
export const jobRoute = defineRoute({
  method: 'GET',
  path: '/api/jobs/:id',
  access: 'view',
  operation: {
    id: 'job',
    summary: 'One job with its timeline',
    answers: { 200: { json: 'JobDetail' } },
    problems: ['job_not_found'],
  },
  params: z.strictObject({ id: z.string() }),
  async handle({ params: { id }, visitor }, { jobs, traceUrl }) {
    const job = await jobs.get(id);
    if (job === undefined) return JOB_NOT_FOUND;
    const [position, artifacts, events] = await Promise.all([
      jobs.position(id),
      jobs.artifacts(id),
      readEvents(jobs, id),
    ]);
    const traceId = traceIdOf(job.traceparent);
    const body: JobDetail = {
      job: jobSummary(job),
      position: position ?? null,
      session: job.session ?? null,
      firstTextAt: job.firstTextAt ?? null,
      retries: job.retries ?? [],
      files: artifacts?.list ?? [],
      injected: job.injected ?? [],
      timeline: timelineOf(job, events),
      traceUrl: (traceId && traceUrl(traceId)) ?? null,
      ...(visitor.output && job.result && { result: job.result }),
    };
    return { status: 200, body };
  },
});

async function readEvents(jobs: Pick<JobAdministration, 'events'>, jobId: string): Promise<JobEvent[]> {
  const all: JobEvent[] = [];
  while (all.length < MAX_EVENTS) {
    const some = await jobs.events(jobId, all.at(-1)?.seq ?? 0);
    if (some.length === 0) break;
    all.push(...some);
  }
  return all;
}
