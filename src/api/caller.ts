import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  ASSERTION_HEADER,
  type AssertedIdentity,
  type AssertedLimits,
  type AssertionVerifier,
  contextSha256,
} from '../authz/index.ts';
import type { JobOwner, JobRecord } from '../jobs/index.ts';
import type { UndoEncoding } from './content-encoding.ts';
import { type NamedContext, namedContext } from './named-context.ts';
import { sendProblem } from './problem.ts';
import type { RequestLog } from './request-log.ts';

interface Asserted {
  identity: AssertedIdentity;
  limits: AssertedLimits;
  context: NamedContext;
  route: string;
}

/** Is the digest of nothing. */
const UNREADABLE = 'unreadable';

const asserted = new WeakMap<FastifyRequest, Asserted>();

/** Who called, as authz asserted it. There is no other source of identity. */
export function callerOf(request: FastifyRequest): AssertedIdentity {
  return assertedOf(request).identity;
}

/** What a submission may ask for at most, as authz asserted it. */
export function limitsOf(request: FastifyRequest): AssertedLimits {
  return assertedOf(request).limits;
}

/** What X-Repo and X-Branch say, which is what authz inspected. */
export function contextOf(request: FastifyRequest): NamedContext {
  return assertedOf(request).context;
}

/** The name of the route that it takes. Method and path are those of the assertion. */
export function routeNameOf(request: FastifyRequest): string {
  return assertedOf(request).route;
}

function assertedOf(request: FastifyRequest): Asserted {
  const found = asserted.get(request);
  if (found === undefined) throw new TypeError('A route that needs a caller was reached without one');
  return found;
}

/** Whether a job is this caller's own. Nobody else may know that it exists, colleagues included. */
export function owns(caller: AssertedIdentity, { owner }: JobRecord): boolean {
  return owner.tenant === caller.tenant && owner.client === caller.client;
}

export function ownerFrom({ tenant, client, tier, keyId }: AssertedIdentity): JobOwner {
  return { tenant, client, tier, keyId };
}

/** Refuses a request without an assertion before its body is read. */
export function requireAssertionHeader(log: RequestLog) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> =>
    typeof request.headers[ASSERTION_HEADER] === 'string'
      ? undefined
      : refuse(request, reply, log, 'missing');
}

export interface AssertionCheck {
  verify: AssertionVerifier;
  undoEncoding: UndoEncoding;
  log: RequestLog;
  /** The name of the route that a request takes, as authz and Envoy have it. */
  routeOf(request: FastifyRequest): string;
}

/**
 * Lets a request in only with authz's assertion for exactly this method, path, X-Repo, X-Branch and body; the body has been read but
 * not parsed. Its content-encoding is undone here, as authz has done it. What runs is what was inspected, and nobody who reaches the port by another way gets in.
 */
export function requireAssertion({ verify, undoEncoding, log, routeOf }: AssertionCheck) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const context = namedContext(request.raw);
    if (context === undefined) {
      const detail =
        'The headers X-Repo and X-Branch must be UTF-8. Send such names in the context of the body.';
      return sendProblem(reply, 'invalid_request', { detail });
    }
    const jws = request.headers[ASSERTION_HEADER];
    const verdict = await verify(typeof jws === 'string' ? jws : undefined, {
      method: request.method,
      path: request.raw.url ?? '',
      contextSha256: contextSha256(context.repository, context.branch),
      async bodySha256() {
        const plain = await undoEncoding(request.body, request.headers['content-encoding']);
        if (plain === undefined && request.body !== undefined) return UNREADABLE;
        request.body = plain;
        return digest(plain);
      },
    });
    if (!verdict.ok) return refuse(request, reply, log, verdict.reason);
    const route = routeOf(request);
    asserted.set(request, { ...verdict, context, route });
    const { client, tenant, tier, keyId } = verdict.identity;
    log.know(request, { client, tenant, tier, key_id: keyId, route });
    return undefined;
  };
}

function digest(body: unknown): string {
  if (!Buffer.isBuffer(body) || body.length === 0) return '';
  return createHash('sha256').update(body).digest('base64url');
}

function refuse(request: FastifyRequest, reply: FastifyReply, log: RequestLog, reason: string): FastifyReply {
  log.of(request).warn({ code: 'assertion_required', reason }, 'request refused');
  return sendProblem(reply, 'assertion_required', {
    detail: 'Send this request to the gateway in front of this API, with your API key.',
  });
}
