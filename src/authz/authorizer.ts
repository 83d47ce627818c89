import type { FailureLog, Logger } from '../telemetry/index.ts';
import type { ApiKeyRecord } from './api-keys/record.ts';
import type { ApiKeyStore } from './api-keys/store.ts';
import type { AssertionSigner } from './assertion-signer.ts';
import { type CheckRequest, type RequestFacts, readCheckRequest } from './check-request.ts';
import { allowResponse, type CheckResponse, denyResponse, errorResponse } from './check-response.ts';
import { extractApiKey } from './credentials/api-key.ts';
import { type Decision, decide, invalidApiKey, type Policy } from './decision.ts';
import { type Denial, denialStatus } from './denial.ts';
import { AuthzError } from './errors.ts';

/** Redis is tried again twice a second; by then it is back or stays away for longer. */
const STORE_RETRY_S = 5;

export interface AuthorizerOptions {
  store: Pick<ApiKeyStore, 'find'>;
  sign: AssertionSigner;
  policy: Policy;
  logger: Logger;
  /** Why keys cannot be looked up. */
  storeFailures: FailureLog;
  /** Milliseconds since the epoch. */
  now(): number;
}

export type Authorizer = (request: CheckRequest) => Promise<CheckResponse>;

/**
 * Answers Envoy's Check: reads the request, looks the key up once where it can be one at all, decides, and logs a
 * line for each denial.
 */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { store, sign, policy, logger, storeFailures, now } = options;
  return async (request) => {
    const facts = readCheckRequest(request);
    const decision = await decideOn(facts);
    if (decision.kind === 'allow') {
      const { identity, metadata } = decision;
      return allowResponse(identity.client, await sign(identity, decision.request), metadata);
    }
    logDenial(logger, facts, decision);
    const { denial, metadata } = decision;
    if (denial.code === 'service_unavailable') return errorResponse(denial, facts.requestId);
    return denyResponse(denial, facts.requestId, metadata);
  };

  async function decideOn(facts: RequestFacts): Promise<Decision> {
    const credential = extractApiKey(facts.header);
    if (credential.kind === 'ambiguous') return { kind: 'deny', denial: AMBIGUOUS };
    if (credential.kind === 'unusable') return { kind: 'deny', denial: invalidApiKey(credential.reason) };
    let record: ApiKeyRecord | undefined;
    try {
      record = await store.find(credential.apiKey);
      storeFailures.succeeded();
    } catch (error) {
      if (error instanceof AuthzError) throw error;
      storeFailures.failed(error);
      return { kind: 'deny', denial: UNAVAILABLE };
    }
    return decide(facts, record, policy, now());
  }
}

const AMBIGUOUS: Denial = {
  code: 'ambiguous_credentials',
  reason: 'ambiguous_credentials',
  detail: 'The request has two different credentials. Send one: x-api-key or Authorization, not both.',
};

const UNAVAILABLE: Denial = {
  code: 'service_unavailable',
  reason: 'store_unavailable',
  detail: 'API keys cannot be checked at the moment. Try again later.',
  retryAfterS: STORE_RETRY_S,
};

function logDenial(
  logger: Logger,
  facts: RequestFacts,
  { denial, identity }: Extract<Decision, { kind: 'deny' }>,
): void {
  const level = denial.code === 'service_unavailable' ? 'warn' : 'info';
  logger[level](
    {
      request_id: facts.requestId,
      code: denial.code,
      reason: denial.reason,
      status: denialStatus(denial.code),
      route: facts.route,
      client: identity?.client,
      tenant: identity?.tenant,
      key_id: identity?.keyId,
      rule: denial.rules?.join(','),
    },
    'request denied',
  );
}
