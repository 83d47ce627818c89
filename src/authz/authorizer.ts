import { callersTraceId, type Logger } from '../telemetry/index.ts';
import type { AssertionSigner } from './assertion-signer.ts';
import type { InputInspection } from './body/inspection.ts';
import { ruleNames } from './body/inspection.ts';
import { createChallenge } from './challenge.ts';
import { type Checked, type CheckOptions, createCheck } from './check.ts';
import type { CheckRequest, RequestFacts } from './check-request.ts';
import { type CheckResponse, denyResponse, errorResponse } from './check-response.ts';
import type { AuthMethod, Principal } from './credentials/principal.ts';
import type { Decision } from './decision.ts';
import { type Denial, denialStatus, type RequestIds } from './denial.ts';
import { type Finding, findingOf } from './findings/finding.ts';
import type { Caller } from './proceed.ts';
import { routeName } from './routes/table.ts';

export interface AuthorizerOptions extends CheckOptions {
  sign: AssertionSigner;
  logger: Logger;
  /** Called with each decision, and the method that took the credential; undefined where none did. */
  onDecision(decision: Decision, method: AuthMethod | undefined): void;
  /** Called with each submission whose texts were flagged or rejected, also in shadow mode. */
  onFinding?(finding: Finding): void;
}

/** @param caller no work is done for one that has given up */
export type Authorizer = (request: CheckRequest, caller: Caller) => CheckResponse | Promise<CheckResponse>;

/**
 * Answers Envoy's Check, at once where it can, and logs a line for each denial, also for those that shadow mode keeps
 * from counting. Rejects with the signal's reason where the caller has given up meanwhile.
 */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { methods, sign, logger, onDecision, onFinding } = options;
  const check = createCheck(options);
  const challenge = createChallenge(methods.map(({ name }) => name));
  return (request, caller) => {
    const checked = check(request, caller);
    return checked instanceof Promise
      ? checked.then((later) => answer(later, caller))
      : answer(checked, caller);
  };

  function answer({ facts, decision, method }: Checked, caller: Caller): CheckResponse {
    onDecision(decision, method);
    if (decision.inspection !== undefined && decision.inspection.verdict !== 'allow') tell(facts, decision);
    if (decision.kind === 'allow') {
      const { principal, limits, metadata, inspection, shadowed } = decision;
      for (const denial of shadowed)
        logDenial(
          logger,
          facts,
          idsOf(facts, caller),
          { denial, principal },
          'request would have been denied',
        );
      if (inspection?.verdict === 'flag')
        logFlagged(logger, facts, idsOf(facts, caller), principal, inspection);
      return { kind: 'ok', assertion: sign(principal, decision.request, limits), metadata };
    }
    const ids = idsOf(facts, caller);
    logDenial(logger, facts, ids, decision, 'request denied');
    const { denial, metadata } = decision;
    if (denial.code === 'service_unavailable') return errorResponse(denial, ids);
    return denyResponse(denial, challenge(denial), ids, metadata);
  }

  function tell(facts: RequestFacts, decision: Decision): void {
    const { principal, inspection } = decision;
    const digest = decision.kind === 'allow' ? decision.request.bodySha256 : decision.bodySha256;
    if (principal === undefined || inspection === undefined) return;
    const finding = findingOf(facts, principal, inspection, digest ?? '');
    if (finding !== undefined) onFinding?.(finding);
  }
}

/** Read only where they are told: most requests pass without a word. */
function idsOf({ requestId }: RequestFacts, caller: Caller): RequestIds {
  return { requestId, traceId: callersTraceId(caller) };
}

function logFlagged(
  logger: Logger,
  facts: RequestFacts,
  { requestId, traceId }: RequestIds,
  { client, tenant, tier, keyId }: Principal,
  { reasonClass, findings }: InputInspection,
): void {
  logger.info(
    {
      ...{ request_id: requestId, trace_id: traceId },
      code: 'flagged_content',
      reason: reasonClass,
      route: routeName(facts.route),
      ...{ client, tenant, tier, key_id: keyId, policy: 'inspection' },
      rule: ruleNames(findings).join(','),
    },
    'request passes, with texts that may be an attack',
  );
}

function logDenial(
  logger: Logger,
  facts: RequestFacts,
  { requestId, traceId }: RequestIds,
  { denial, principal, keyId }: { denial: Denial; principal?: Principal; keyId?: string },
  message: string,
): void {
  const level = denial.code === 'service_unavailable' ? 'warn' : 'info';
  logger[level](
    {
      ...{ request_id: requestId, trace_id: traceId },
      code: denial.code,
      reason: denial.reason,
      status: denialStatus(denial.code),
      route: routeName(facts.route),
      client: principal?.client,
      tenant: principal?.tenant,
      tier: principal?.tier,
      key_id: principal?.keyId ?? keyId,
      policy: denial.policy,
      rule: denial.rules?.join(','),
    },
    message,
  );
}
