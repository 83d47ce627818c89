import type { FastifyReply, FastifyRequest } from 'fastify';
import { estimateWait, type JobRecord, type JobRequest } from '../jobs/index.ts';
import { callerOf, contextOf, limitsOf, ownerFrom } from './caller.ts';
import { fieldErrors, summary } from './invalid-fields.ts';
import type { jobRequestSchema } from './job-request.ts';
import { permissionsFrom, withinLimits } from './limits.ts';
import type { NamedContext } from './named-context.ts';
import { sendProblem } from './problem.ts';
import type { ApiContext } from './route.ts';

export type Submission =
  | { kind: 'accepted'; record: JobRecord; position: number | undefined }
  | { kind: 'refused'; reply: FastifyReply };

/** Seconds after which a full queue may have a place again. */
const QUEUE_FULL_RETRY_S = 30;

/** Checks a request to run a job and puts the job in the queue; where that does not work out, it has answered. */
export async function submit(
  { store, logger, workers, defaults }: ApiContext,
  schema: ReturnType<typeof jobRequestSchema>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Submission> {
  const parsed = schema.safeParse(withContext(parseJson(request.body), contextOf(request)));
  if (!parsed.success) {
    const errors = fieldErrors(parsed.error, schema);
    return {
      kind: 'refused',
      reply: sendProblem(reply, 'invalid_request', { detail: summary(errors), errors }),
    };
  }
  const caller = callerOf(request);
  // zod leaves absent fields out, so the request is what its type says.
  const asked = parsed.data as JobRequest;
  const limits = limitsOf(request);
  const acceptance = await store.accept({
    owner: ownerFrom(caller),
    permissions: permissionsFrom(limits),
    request: withinLimits(asked, limits, defaults),
    requestId: request.id,
  });
  const { client, tenant, tier } = caller;
  const fields = { request_id: request.id, client, tenant, tier };
  if (acceptance.kind === 'queue_full') {
    logger.warn({ ...fields, code: 'queue_full' }, 'job refused');
    const refusal = sendProblem(reply, 'queue_full', {
      detail: `Too many jobs wait already. A job would start in ${estimateWait(undefined, workers)} at the earliest.`,
      retryAfter: QUEUE_FULL_RETRY_S,
    });
    return { kind: 'refused', reply: refusal };
  }
  logger.info({ ...fields, job_id: acceptance.record.jobId }, 'job accepted');
  return acceptance;
}

/** @returns undefined for what is not JSON, which authz has let pass only where it was not asked */
function parseJson(body: unknown): unknown {
  try {
    return Buffer.isBuffer(body) ? JSON.parse(body.toString('utf8')) : undefined;
  } catch {
    return undefined;
  }
}

/** The headers fill in what the body's context leaves out. */
function withContext(body: unknown, named: NamedContext): unknown {
  if (Object.keys(named).length === 0 || !isObject(body)) return body;
  const { context = {} } = body;
  return isObject(context) ? { ...body, context: { ...named, ...context } } : body;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
