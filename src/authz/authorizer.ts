import type { Logger } from '../telemetry/index.ts';
import type { AssertedIdentity } from './assertion-claims.ts';
import type { AssertionSigner } from './assertion-signer.ts';
import { createChallenge } from './challenge.ts';
import { type CheckOptions, createCheck } from './check.ts';
import type { CheckRequest, RequestFacts } from './check-request.ts';
import { allowResponse, type CheckResponse, denyResponse, errorResponse } from './check-response.ts';
import type { AuthMethod } from './credentials/principal.ts';
import type { Decision } from './decision.ts';
import { type Denial, denialStatus } from './denial.ts';
import { routeName } from './routes/table.ts';

export interface AuthorizerOptions extends CheckOptions {
  sign: AssertionSigner;
  logger: Logger;
  /** Called with each decision, and the method that took the credential; undefined where none did. */
  onDecision(decision: Decision, method: AuthMethod | undefined): void;
}

/** @param call its signal is aborted when Envoy gave up or its deadline passed: no work is done from then on */
export type Authorizer = (request: CheckRequest, call: { signal: AbortSignal }) => Promise<CheckResponse>;

/**
 * Answers Envoy's Check, and logs a line for each denial, also for those that shadow mode keeps from counting. Rejects
 * with the signal's reason once that is aborted.
 */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { methods, sign, logger, onDecision } = options;
  const check = createCheck(options);
  const challenge = createChallenge(methods.map(({ name }) => name));
  return async (request, { signal }) => {
    const { facts, decision, method } = await check(request, signal);
    onDecision(decision, method);
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
