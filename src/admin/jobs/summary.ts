import type { JobRecord } from '../../jobs/index.ts';
import { traceIdOf } from '../../telemetry/index.ts';
import type { JobSummary } from '../contract.ts';

/** What lists show of a job. */
export function jobSummary(job: JobRecord): JobSummary {
  const { owner, traceparent } = job;
  return {
    jobId: job.jobId,
    state: job.state,
    tenant: owner.tenant,
    client: owner.client,
    tier: owner.tier,
    keyId: owner.keyId,
    attempts: job.attempts,
    model: job.model ?? null,
    error: job.error ?? null,
    usage: job.usage ?? null,
    costUsd: job.costUsd ?? null,
    createdAt: job.createdAt,
    startedAt: job.startedAt ?? null,
    finishedAt: job.finishedAt ?? null,
    traceId: traceIdOf(traceparent) ?? null,
    requestId: job.requestId,
  };
}
