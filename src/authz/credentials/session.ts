import type { Config } from '../../config/index.ts';
import type { RequestFacts } from '../check-request.ts';
import type { Claims } from '../claims/read.ts';
import type { Denial } from '../denial.ts';
import { accountDomain } from '../login/email-domain.ts';
import type { Authentication } from './credential.ts';
import type { CredentialMethod } from './method.ts';
import type { Principal } from './principal.ts';

type Oidc = NonNullable<Config['identity']['oidc']>;

export interface SessionMethodOptions {
  oidc: Pick<Oidc, 'provider' | 'clientId' | 'publicUrl' | 'emailDomains' | 'signoutPath'>;
  /** Verifies ID tokens as what they are: JSON Web Tokens of the provider, for this client. */
  tokens: CredentialMethod;
}

/** RFC 9110, section 9.2.1: they change nothing, and another site cannot read their answers. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Logins of browsers. Envoy keeps the ID token in encrypted cookies and hands it over without a look at its signature,
 * so it is verified here (OpenID Connect Core 1.0, section 3.1.3.7). The nonce cannot be: Envoy binds a login to its
 * browser by state and PKCE instead. A cookie comes with every request of a browser, whichever site made it; so one that
 * changes something has to come from a page of publicUrl itself.
 */
export function createSessionMethod({ oidc, tokens }: SessionMethodOptions): CredentialMethod {
  // A verified token is known by one principal as long as it is remembered.
  const accounts = new WeakMap<Principal, Authentication>();
  const emailDomains = new Set(oidc.emailDomains);

  return {
    name: 'oidc',
    recognises: (credential) => credential.kind === 'session',
    authenticate(credential, facts) {
      if (credential.kind !== 'session') return { kind: 'rejected', reason: 'malformed' };
      const { idToken } = credential;
      const verified = tokens.authenticate({ kind: 'token', token: idToken }, facts);
      return verified instanceof Promise
        ? verified.then((authentication) => judge(authentication, idToken, facts))
        : judge(verified, idToken, facts);
    },
  };

  function judge(verified: Authentication, idToken: string, facts: RequestFacts): Authentication {
    if (verified.kind === 'rejected') return { ...verified, detail: again(oidc.signoutPath) };
    if (verified.kind !== 'authenticated') return verified;
    const account = accountOf(verified.principal, idToken);
    if (account.kind !== 'authenticated' || isOwnRequest(facts)) return account;
    return { kind: 'forbidden', denial: CROSS_SITE, principal: account.principal };
  }

  function accountOf(token: Principal, idToken: string): Authentication {
    let account = accounts.get(token);
    if (account === undefined) {
      account = judgeAccount({ ...token, authMethod: 'oidc' }, claimsOf(idToken));
      accounts.set(token, account);
    }
    return account;
  }

  function judgeAccount(principal: Principal, claims: Claims): Authentication {
    if (claims.azp !== undefined && claims.azp !== oidc.clientId) {
      return { kind: 'rejected', reason: 'token_audience', principal, detail: again(oidc.signoutPath) };
    }
    if (emailDomains.has('*')) return { kind: 'authenticated', principal };
    const domain = accountDomain(oidc.provider, claims, principal.email);
    if (domain !== undefined && emailDomains.has(domain)) return { kind: 'authenticated', principal };
    return { kind: 'forbidden', denial: notAllowed(oidc.signoutPath), principal };
  }

  /** Browsers send Origin with whatever changes something, and no page can change it (fetch.spec.whatwg.org, 3.2). */
  function isOwnRequest({ method, headers }: RequestFacts): boolean {
    return SAFE_METHODS.has(method) || headers.origin === oidc.publicUrl;
  }
}

const CROSS_SITE: Denial = {
  code: 'cross_site_request',
  reason: 'cross_site_request',
  detail: 'A login counts for requests of this site alone. Elsewhere use an API key or a token.',
};

function again(signoutPath: string): string {
  return `Your login is no longer good. Log out at ${signoutPath}, then open the page again.`;
}

function notAllowed(signoutPath: string): Denial {
  return {
    code: 'account_not_allowed',
    reason: 'account_not_allowed',
    detail: `This account may not be used here. Log out at ${signoutPath}, then log in with another.`,
  };
}

/** Of a token that was verified. */
function claimsOf(idToken: string): Claims {
  const [, payload = ''] = idToken.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
}
