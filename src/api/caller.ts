import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ASSERTION_HEADER, type AssertedIdentity, type AssertionVerifier } from '../authz/index.ts';
import type { JobOwner, JobRecord } from '../jobs/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { sendProblem } from './problem.ts';

const callers = new WeakMap<FastifyRequest, AssertedIdentity>();

/** Who called, as authz asserted it. There is no other source of identity. */
export function callerOf(request: FastifyRequest): AssertedIdentity {
  const caller = callers.get(request);
  if (caller === undefined) throw new TypeError('A route that needs a caller was reached without one');
  return caller;
}

/** Whether a job is this caller's own. Nobody else may know that it exists, colleagues included. */
export function owns(caller: AssertedIdentity, { owner }: JobRecord): boolean {
  return owner.tenant === caller.tenant && owner.client === caller.client;
}

export function ownerFrom({ tenant, client, tier, keyId }: AssertedIdentity): JobOwner {
  return { tenant, client, tier, keyId };
}

/** Refuses a request without an assertion before its body is read. */
export function requireAssertionHeader(logger: Logger) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> =>
    typeof request.headers[ASSERTION_HEADER] === 'string'
      ? undefined
      : refuse(request, reply, logger, 'missing');
}

/**
 * Lets a request in only with authz's assertion for exactly this method, path and body; the body has been read but
 * not parsed. What runs is what was inspected, and nobody who reaches the port by another way gets in.
 */
export function requireAssertion(verify: AssertionVerifier, logger: Logger) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const jws = request.headers[ASSERTION_HEADER];
    const verdict = await verify(typeof jws === 'string' ? jws : undefined, {
      method: request.method,
      path: request.raw.url ?? '',
      bodySha256: digest(request.body),
    });
    if (!verdict.ok) return refuse(request, reply, logger, verdict.reason);
    callers.set(request, verdict.identity);
    return undefined;
  };
}

function digest(body: unknown): string {
  if (!Buffer.isBuffer(body) || body.length === 0) return '';
  return createHash('sha256').update(body).digest('base64url');
}

function refuse(request: FastifyRequest, reply: FastifyReply, logger: Logger, reason: string): FastifyReply {
  logger.warn({ request_id: request.id, code: 'assertion_required', reason }, 'request refused');
  return sendProblem(reply, 'assertion_required', {
    detail: 'Send this request to the gateway in front of this API, with your API key.',
  });
}
