import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LogFields, Logger } from '../telemetry/index.ts';
import { traceOf } from './trace.ts';

/** The header that names the job which an answer is about: for the access log, and for callers that read no bodies. */
const JOB_ID_HEADER = 'x-job-id';

/** The log of each request, whose lines carry all that is known of it. */
export interface RequestLog {
  of(request: FastifyRequest): Logger;
  /** Has the lines that follow carry these fields as well. */
  know(request: FastifyRequest, fields: LogFields): void;
  /** The request is about this job, which the answer says too. */
  knowJob(reply: FastifyReply, jobId: string): void;
}

export function createRequestLog(logger: Logger): RequestLog {
  const logs = new WeakMap<FastifyRequest, Logger>();
  const of = (request: FastifyRequest): Logger => {
    const known = logs.get(request);
    if (known !== undefined) return known;
    const log = logger.child({
      request_id: request.id,
      trace_id: traceOf(request)?.traceId,
    });
    logs.set(request, log);
    return log;
  };
  const know = (request: FastifyRequest, fields: LogFields) => {
    logs.set(request, of(request).child(fields));
  };
  return {
    of,
    know,
    knowJob(reply, jobId) {
      reply.header(JOB_ID_HEADER, jobId);
      know(reply.request, { job_id: jobId });
    },
  };
}
