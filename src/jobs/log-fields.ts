import { type LogFields, traceIdOf } from '../telemetry/index.ts';
import type { JobRecord } from './job.ts';

/**
 * What each log line of a job carries; its logger is made once.
 * @param attempt which try at it the line is about
 */
export function jobLogFields(
  { jobId, requestId, traceparent, owner }: Pick<JobRecord, 'jobId' | 'requestId' | 'traceparent' | 'owner'>,
  attempt?: number,
): LogFields {
  const { client, tenant, tier } = owner;
  const ids = { request_id: requestId, trace_id: traceIdOf(traceparent), job_id: jobId };
  return { ...ids, attempt, client, tenant, tier };
}
