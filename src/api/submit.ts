import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FieldError, ProblemDetails } from '../http/index.ts';
import type { Acceptance, JobRequest } from '../jobs/index.ts';
import { formatTraceparent, SPANS, type Span, type SpanAttributes } from '../telemetry/index.ts';
import { chooseWorkspace } from '../workspaces/index.ts';
import { callerOf, contextOf, limitsOf, ownerFrom, routeNameOf } from './caller.ts';
import { IDEMPOTENCY_KEY_EXPECTED, idempotencyKeyOf } from './idempotency-key.ts';
import { fieldErrors, summary } from './invalid-fields.ts';
import type { jobRequestSchema } from './job-request/schema.ts';
import { permissionsFrom, skillsNotAllowed, withinLimits } from './limits.ts';
import { fillInContext } from './named-context.ts';
import { type ProblemCode, sendProblem } from './problem.ts';
import type { ApiContext } from './route.ts';
import { traceOf } from './trace.ts';

export type Submission = Extract<Acceptance, { kind: 'accepted' }> | { kind: 'refused'; reply: FastifyReply };

/** Seconds after which a full queue may have a place again. */
const FULL_RETRY_S = 30;

/** The queue, as spans describe it. */
const QUEUE: SpanAttributes = {
  'messaging.system': 'gatehouse',
  'messaging.destination.name': 'jobs',
  'messaging.operation.type': 'send',
};

/** While its breaker is open, or it asked for a pause. */
const PROVIDER_AWAY = 'The model provider cannot be asked now. Nothing was accepted; try again.';

/** Why a job was not let in, for its caller. */
const REFUSALS = {
  queue_full: {
    code: 'queue_full',
    details: { detail: 'Too many jobs wait already. Try again later.', retryAfter: FULL_RETRY_S },
  },
  tenant_full: {
    code: 'too_many_jobs',
    details: {
      detail: 'As many jobs of your tenant wait as may. Try again once some of them have begun.',
      retryAfter: FULL_RETRY_S,
    },
  },
  client_full: {
    code: 'too_many_jobs',
    details: {
      detail: 'As many jobs of yours wait as may. Try again once some of them have begun, or cancel some.',
      retryAfter: FULL_RETRY_S,
    },
  },
  other_request: {
    code: 'idempotency_key_reused',
    details: {
      detail: 'This Idempotency-Key came with another request before. Use a new key for a new request.',
    },
  },
} as const satisfies Record<
  Exclude<Acceptance['kind'], 'accepted'>,
  { code: ProblemCode; details: ProblemDetails }
>;

/** Checks a request to run a job and puts the job in the queue; where that does not work out, it has answered. */
export async function submit(
  { store, log, tracer, refuseWhileUnavailable, defaults, inject, workspaces }: ApiContext,
  schema: ReturnType<typeof jobRequestSchema>,
  request: FastifyRequest,
  reply: FastifyReply,
  { cancelOnDisconnect = false } = {},
): Promise<Submission> {
  const idempotencyKey = idempotencyKeyOf(request);
  if (idempotencyKey === null) {
    return refuseFields(reply, [{ path: 'Idempotency-Key', message: IDEMPOTENCY_KEY_EXPECTED }]);
  }
  const { body, injected: fromHeaders } = fillInContext(parseJson(request.body), contextOf(request));
  const parsed = schema.safeParse(body);
  if (!parsed.success) return refuseFields(reply, fieldErrors(parsed.error, schema));
  const caller = callerOf(request);
  // zod leaves absent fields out, so the request is what its type says.
  const asked = parsed.data as JobRequest;
  const workspace = chooseWorkspace(workspaces, caller.tenant, asked.context);
  if (workspace.kind === 'refused') {
    return refuseFields(reply, [{ path: `context.${workspace.field}`, message: workspace.expected }]);
  }
  const limits = limitsOf(request);
  const notAllowed = skillsNotAllowed(asked, limits);
  if (notAllowed !== undefined) return refuseFields(reply, [notAllowed], 'not_permitted');
  const pauseMs = refuseWhileUnavailable ? await store.providerPauseMs() : undefined;
  if (pauseMs !== undefined) {
    const details = { detail: PROVIDER_AWAY, retryAfter: Math.ceil(pauseMs / 1000) };
    return { kind: 'refused', reply: sendProblem(reply, 'service_unavailable', details) };
  }
  const route = routeNameOf(request);
  const added = inject(withinLimits(asked, limits, defaults), { route, tier: caller.tier });
  const enqueue = tracer.start(SPANS.enqueue, traceOf(request), { kind: 'producer', attributes: QUEUE });
  const submission = {
    owner: ownerFrom(caller),
    permissions: permissionsFrom(limits),
    request: added.request,
    injected: [...fromHeaders, ...added.injected],
    requestId: request.id,
    ...(enqueue.context && { traceparent: formatTraceparent(enqueue.context) }),
    ...(idempotencyKey !== undefined && {
      idempotency: { key: idempotencyKey, digest: digestOf(asked, route) },
    }),
    cancelOnDisconnect,
  };
  const acceptance = await enqueueing(enqueue, () => store.accept(submission));
  if (acceptance.kind !== 'accepted') {
    const { code, details } = REFUSALS[acceptance.kind];
    log.of(request).warn({ code, reason: acceptance.kind }, 'job refused');
    return { kind: 'refused', reply: sendProblem(reply, code, details) };
  }
  log.knowJob(reply, acceptance.record.jobId);
  log.of(request).info({}, acceptance.repeated ? 'job accepted before' : 'job accepted');
  return acceptance;
}

function refuseFields(
  reply: FastifyReply,
  errors: FieldError[],
  code: ProblemCode = 'invalid_request',
): Submission {
  return { kind: 'refused', reply: sendProblem(reply, code, { detail: summary(errors), errors }) };
}

/** Of what the caller sent and where, before limits and texts that may change are put upon it. */
function digestOf(asked: JobRequest, route: string): string {
  return createHash('sha256')
    .update(JSON.stringify([route, asked]))
    .digest('base64url');
}

/** Ends the span with what came of it. */
async function enqueueing(span: Span, accept: () => Promise<Acceptance>): Promise<Acceptance> {
  try {
    const acceptance = await accept();
    const isIn = acceptance.kind === 'accepted';
    if (isIn) span.set({ 'messaging.message.id': acceptance.record.jobId });
    span.end({ error: isIn ? undefined : acceptance.kind });
    return acceptance;
  } catch (error) {
    span.end({ error: 'store_unavailable' });
    throw error;
  }
}

/** @returns undefined for what is not JSON, which authz has let pass only where it was not asked */
function parseJson(body: unknown): unknown {
  try {
    return Buffer.isBuffer(body) ? JSON.parse(body.toString('utf8')) : undefined;
  } catch {
    return undefined;
  }
}
