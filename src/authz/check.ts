import { hash } from 'node:crypto';
import type { Blocklist, BlocklistVerdict } from './blocklist/blocklist.ts';
import type { BodyExaminer } from './body/examiner.ts';
import { type CheckRequest, type RequestFacts, readCheckRequest } from './check-request.ts';
import type { Authentication, Credential } from './credentials/credential.ts';
import { describeCredential, describePrincipal } from './credentials/describe.ts';
import { KnownBearers } from './credentials/known-bearers.ts';
import type { CredentialMethod } from './credentials/method.ts';
import { bearerBytes, bearerValue, type Presentation, presentCredential } from './credentials/present.ts';
import type { AuthMethod, Principal } from './credentials/principal.ts';
import { type Deciding, type Decision, decide, invalidCredential, type Policy } from './decision.ts';
import type { Denial, DenialReason, ShadowPolicy } from './denial.ts';
import { type Caller, proceed } from './proceed.ts';
import type { Trace } from './trace.ts';

/** Redis is tried again twice a second; by then it is back or stays away for longer. */
const STORE_RETRY_S = 5;

export interface CheckOptions {
  /** Those that are switched on, in the order in which they are asked whether a credential is theirs. */
  methods: readonly CredentialMethod[];
  presentation: Presentation;
  blocklist: Blocklist;
  policy: Policy;
  examiner: Pick<BodyExaminer, 'examine'>;
  /** Proxies in front of Envoy that append to X-Forwarded-For. */
  trustedHops: number;
}

/** A request that was decided on. */
export interface Checked {
  facts: RequestFacts;
  decision: Decision;
  /** undefined where no method took the credential. */
  method: AuthMethod | undefined;
}

/**
 * Answers at once where nothing has to be waited for. Rejects with the signal's reason where the caller has given up
 * meanwhile.
 */
export type Check = (request: CheckRequest, caller: Caller, trace?: Trace) => Checked | Promise<Checked>;

/**
 * Decides on requests: has the one method whose credential a request brings say who calls, looks whether that is
 * blocked, and holds the request to the policy.
 */
export function createCheck(options: CheckOptions): Check {
  const { methods, presentation, blocklist, policy, examiner, trustedHops } = options;
  const recalling = methods.filter(({ recall }) => recall !== undefined);
  const bearers = new KnownBearers();
  return (request, caller, trace) => {
    const facts = readCheckRequest(request, { routes: policy.routes, trustedHops });
    // Who explains a decision wants each step of it.
    const recalled = trace === undefined ? recall(facts) : undefined;
    if (recalled?.method !== undefined) {
      const { method, authentication } = recalled;
      return checkedBy(method, facts, decideOnAuthentication(facts, authentication, caller, trace));
    }
    const credential = presentCredential(facts, presentation);
    if (credential.kind === 'token' && recalled !== undefined) credential.sha256 = recalled.sha256;
    const isOne = credential.kind !== 'ambiguous' && credential.kind !== 'unusable';
    trace?.('credential', isOne ? 'ok' : 'refused', describeCredential(credential, facts));
    const method = isOne ? methods.find((candidate) => candidate.recognises(credential)) : undefined;
    return checkedBy(method, facts, decideOn(facts, credential, method, caller, trace));
  };

  /** Most tokens come again: those are told by their bytes, before anything of them is read. */
  function recall(facts: RequestFacts): Recalled | undefined {
    const value = recalling.length === 0 ? undefined : bearerValue(facts, presentation);
    if (value === undefined) return undefined;
    const known = bearers.find(value);
    const sha256 = known ?? sha256OfToken(value);
    if (sha256 === undefined) return undefined;
    for (const method of recalling) {
      const authentication = method.recall?.(sha256);
      if (authentication === undefined) continue;
      if (known === undefined) bearers.keep(value, sha256);
      return { sha256, method, authentication };
    }
    return { sha256 };
  }

  function decideOn(
    facts: RequestFacts,
    credential: Credential,
    method: CredentialMethod | undefined,
    caller: Caller,
    trace: Trace | undefined,
  ): Decision | Promise<Decision> {
    if (credential.kind === 'ambiguous') return { kind: 'deny', denial: AMBIGUOUS };
    if (credential.kind === 'unusable') return refused({ reason: credential.reason });
    if (method === undefined) {
      const reason = credential.kind === 'none' ? 'missing' : 'malformed';
      trace?.('method', 'refused', `no method that is switched on takes it (${reason})`);
      return refused({ reason });
    }
    trace?.('method', 'ok', method.name);
    return proceed(method.authenticate(credential, facts), caller, (authentication) =>
      decideOnAuthentication(facts, authentication, caller, trace),
    );
  }

  function decideOnAuthentication(
    facts: RequestFacts,
    authentication: Authentication,
    caller: Caller,
    trace: Trace | undefined,
  ): Decision | Promise<Decision> {
    const shadowed: Denial[] = [];
    const identified = identify(authentication, shadowed, trace);
    if ('kind' in identified) return identified;
    const deciding: Deciding = { examiner, caller, shadowed, trace };
    const verdict = blocklist.check(identified);
    return verdict instanceof Promise
      ? proceed(verdict, caller, (later) => decideUnlessBlocked(later, facts, identified, deciding))
      : decideUnlessBlocked(verdict, facts, identified, deciding);
  }

  function decideUnlessBlocked(
    verdict: BlocklistVerdict,
    facts: RequestFacts,
    principal: Principal,
    deciding: Deciding,
  ): Decision | Promise<Decision> {
    const blocked = judgeBlocked(verdict, principal, deciding.shadowed, deciding.trace);
    return blocked ?? decide(facts, principal, policy, deciding);
  }

  /** Who calls, or why that is not taken. */
  function identify(
    authentication: Authentication,
    shadowed: Denial[],
    trace: Trace | undefined,
  ): Principal | Decision {
    switch (authentication.kind) {
      case 'authenticated':
        trace?.('identity', 'ok', describePrincipal(authentication.principal));
        return authentication.principal;
      case 'unavailable':
        trace?.('identity', 'unavailable', authentication.reason);
        return { kind: 'deny', denial: unavailable(authentication.reason) };
      case 'forbidden': {
        const { denial, principal } = authentication;
        trace?.('identity', 'refused', `${describePrincipal(principal)}: ${denial.reason}`);
        return { kind: 'deny', denial, principal };
      }
      case 'rejected': {
        const { reason, principal } = authentication;
        const whose = principal === undefined ? '' : `${describePrincipal(principal)}: `;
        // Of all that is wrong with a credential only this leaves no doubt whose it is.
        if (reason === 'address_not_allowed' && principal !== undefined && isShadowed('apiKeys')) {
          trace?.('identity', 'shadowed', `${whose}${reason}`);
          shadowed.push({ ...invalidCredential(reason), policy: 'apiKeys' });
          return principal;
        }
        trace?.('identity', 'refused', `${whose}${reason}`);
        return refused(authentication);
      }
    }
  }

  function judgeBlocked(
    verdict: BlocklistVerdict,
    principal: Principal,
    shadowed: Denial[],
    trace: Trace | undefined,
  ): Decision | undefined {
    if (verdict === 'clear') {
      trace?.('blocklist', 'ok', 'not blocked');
      return undefined;
    }
    if (verdict === 'unavailable') {
      trace?.('blocklist', 'unavailable', 'the blocklist cannot be read');
      return { kind: 'deny', denial: unavailable('blocklist_unavailable') };
    }
    if (isShadowed('blocklist')) {
      trace?.('blocklist', 'shadowed', 'blocked');
      shadowed.push({ ...invalidCredential('blocked'), policy: 'blocklist' });
      return undefined;
    }
    trace?.('blocklist', 'refused', 'blocked');
    return refused({ reason: 'blocked', principal });
  }

  function isShadowed(name: ShadowPolicy): boolean {
    return policy.shadow.has(name);
  }
}

function checkedBy(
  method: CredentialMethod | undefined,
  facts: RequestFacts,
  decision: Decision | Promise<Decision>,
): Checked | Promise<Checked> {
  return decision instanceof Promise
    ? decision.then((later) => ({ facts, decision: later, method: method?.name }))
    : { facts, decision, method: method?.name };
}

/** What is known of a token before it is read. */
type Recalled =
  | { sha256: string; method: CredentialMethod; authentication: Authentication }
  | { sha256: string; method?: undefined };

function sha256OfToken(authorization: Uint8Array): string | undefined {
  const bytes = bearerBytes(authorization);
  return bytes && hash('sha256', bytes, 'latin1');
}

const AMBIGUOUS: Denial = {
  code: 'ambiguous_credentials',
  reason: 'ambiguous_credentials',
  detail:
    'The request has two different credentials. Send one: x-api-key, Authorization, or a client certificate.',
};

function refused({
  reason,
  principal,
  keyId,
  detail,
}: Omit<Extract<Authentication, { kind: 'rejected' }>, 'kind'>): Decision {
  return {
    kind: 'deny',
    denial: invalidCredential(reason, detail),
    ...(principal && { principal }),
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
