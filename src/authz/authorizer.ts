import type { Logger } from '../telemetry/index.ts';
import type { AssertedIdentity } from './assertion-claims.ts';
import type { AssertionSigner } from './assertion-signer.ts';
import type { Blocklist } from './blocklist/blocklist.ts';
import type { BodyExaminer } from './body/examiner.ts';
import { createChallenge } from './challenge.ts';
import { type CheckRequest, type RequestFacts, readCheckRequest, submittedBody } from './check-request.ts';
import { allowResponse, type CheckResponse, denyResponse, errorResponse } from './check-response.ts';
import type { Authentication, Credential } from './credentials/credential.ts';
import type { CredentialMethod } from './credentials/method.ts';
import { type Presentation, presentCredential } from './credentials/present.ts';
import type { AuthMethod } from './credentials/principal.ts';
import { assertedIdentity, type Decision, decide, invalidCredential, type Policy } from './decision.ts';
import { type Denial, type DenialReason, denialStatus } from './denial.ts';
import { routeName } from './routes/table.ts';

/** Redis is tried again twice a second; by then it is back or stays away for longer. */
const STORE_RETRY_S = 5;

export interface AuthorizerOptions {
  /** Those that are switched on, in the order in which they are asked whether a credential is theirs. */
  methods: readonly CredentialMethod[];
  presentation: Presentation;
  blocklist: Blocklist;
  sign: AssertionSigner;
  policy: Policy;
  examiner: Pick<BodyExaminer, 'examine'>;
  /** Proxies in front of Envoy that append to X-Forwarded-For. */
  trustedHops: number;
  logger: Logger;
  /** Called with each decision, and the method that took the credential; undefined where none did. */
  onDecision(decision: Decision, method: AuthMethod | undefined): void;
}

/** @param call its signal is aborted when Envoy gave up or its deadline passed: no work is done from then on */
export type Authorizer = (request: CheckRequest, call: { signal: AbortSignal }) => Promise<CheckResponse>;

/**
 * Answers Envoy's Check: reads the request, has the one method whose credential it brings say who calls, looks whether
 * that is blocked, decides, and logs a line for each denial. Rejects with the signal's reason once that is aborted.
 */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { methods, presentation, blocklist, sign, policy, examiner, trustedHops, logger, onDecision } =
    options;
  const challenge = createChallenge(methods.map(({ name }) => name));
  return async (request, { signal }) => {
    const facts = readCheckRequest(request, { routes: policy.routes, trustedHops });
    const credential = presentCredential(facts, presentation);
    const method = methods.find((candidate) => candidate.recognises(credential));
    const decision = await decideOn(facts, credential, method, signal);
    onDecision(decision, method?.name);
    if (decision.kind === 'allow') {
      const { identity, limits, metadata, shadowed } = decision;
      for (const denial of shadowed)
        logDenial(logger, facts, { denial, identity }, 'request would have been denied');
      return allowResponse(identity.client, sign(identity, decision.request, limits), metadata);
    }
    logDenial(logger, facts, decision, 'request denied');
    const { denial, metadata } = decision;
    if (denial.code === 'service_unavailable') return errorResponse(denial, facts.requestId);
    return denyResponse(denial, challenge(denial), facts.requestId, metadata);
  };

  async function decideOn(
    facts: RequestFacts,
    credential: Credential,
    method: CredentialMethod | undefined,
    signal: AbortSignal,
  ): Promise<Decision> {
    if (credential.kind === 'ambiguous') return { kind: 'deny', denial: AMBIGUOUS };
    const authentication = await authenticate(credential, method, facts);
    signal.throwIfAborted();
    switch (authentication.kind) {
      case 'authenticated': {
        const { principal } = authentication;
        const verdict = await blocklist.check(principal);
        signal.throwIfAborted();
        if (verdict === 'unavailable') return { kind: 'deny', denial: unavailable('blocklist_unavailable') };
        if (verdict === 'clear') {
          return decide(facts, principal, policy, () => examiner.examine(submittedBody(facts), signal));
        }
        return refused({ reason: 'blocked', principal }, facts);
      }
      case 'forbidden': {
        const identity = assertedIdentity(authentication.principal, facts.requestId);
        return { kind: 'deny', denial: authentication.denial, identity };
      }
      case 'unavailable':
        return { kind: 'deny', denial: unavailable(authentication.reason) };
      case 'rejected':
        return refused(authentication, facts);
    }
  }

  function authenticate(
    credential: Credential,
    method: CredentialMethod | undefined,
    facts: RequestFacts,
  ): Promise<Authentication> | Authentication {
    if (credential.kind === 'unusable') return { kind: 'rejected', reason: credential.reason };
    if (method !== undefined) return method.authenticate(credential, facts);
    return { kind: 'rejected', reason: credential.kind === 'none' ? 'missing' : 'malformed' };
  }
}

const AMBIGUOUS: Denial = {
  code: 'ambiguous_credentials',
  reason: 'ambiguous_credentials',
  detail:
    'The request has two different credentials. Send one: x-api-key, Authorization, or a client certificate.',
};

function refused(
  { reason, principal, keyId }: Omit<Extract<Authentication, { kind: 'rejected' }>, 'kind'>,
  { requestId }: RequestFacts,
): Decision {
  const identity = principal && assertedIdentity(principal, requestId);
  return {
    kind: 'deny',
    denial: invalidCredential(reason),
    ...(identity && { identity }),
    ...(keyId !== undefined && { keyId }),
  };
}

function unavailable(reason: DenialReason): Denial {
  return {
    code: 'service_unavailable',
    reason,
    detail: 'Your credential cannot be checked at the moment. Try again later.',
    retryAfterS: STORE_RETRY_S,
  };
}

function logDenial(
  logger: Logger,
  facts: RequestFacts,
  { denial, identity, keyId }: { denial: Denial; identity?: AssertedIdentity; keyId?: string },
  message: string,
): void {
  const level = denial.code === 'service_unavailable' ? 'warn' : 'info';
  logger[level](
    {
      request_id: facts.requestId,
      code: denial.code,
      reason: denial.reason,
      status: denialStatus(denial.code),
      route: routeName(facts.route),
      client: identity?.client,
      tenant: identity?.tenant,
      key_id: identity?.keyId ?? keyId,
      policy: denial.policy,
      rule: denial.rules?.join(','),
    },
    message,
  );
}
