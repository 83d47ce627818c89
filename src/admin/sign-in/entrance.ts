import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from '../../telemetry/index.ts';
import type { BrowserRefusal, CheckBrowserRequest } from './browser-request.ts';
import { readSessionCookie } from './cookie.ts';
import { createFailedAttempts } from './failed-attempts.ts';
import type { Sessions } from './sessions.ts';
import type { FindToken } from './tokens.ts';
import type { Visitor } from './visitor.ts';

/** Why a request is not let in. */
export type Refusal =
  | { kind: BrowserRefusal }
  | { kind: 'no_token' }
  | { kind: 'too_many_attempts'; retryAfterS: number };

export type Admission = { kind: 'admitted'; visitor: Visitor } | Refusal;

/** A request, as far as it tells who makes it. */
export interface Arrival {
  method: string;
  headers: IncomingHttpHeaders;
  /** Whence it comes. */
  address: string;
}

/** Says who visitors are. */
export interface Entrance {
  /** By a bearer token, or by the session of a browser. */
  admit(arrival: Arrival): Admission;
  /** What a browser without a session may do: read pages and sign in. */
  checkBrowser: CheckBrowserRequest;
  /** Begins a session. */
  signIn(token: string, address: string): Admission;
  signOut(visitor: Visitor): void;
  /** Whether a visitor's session goes on; for answers that last. */
  isStillIn(visitor: Visitor): boolean;
}

export interface EntranceOptions {
  findToken: FindToken;
  sessions: Sessions;
  checkBrowser: CheckBrowserRequest;
  logger: Logger;
  /** Milliseconds of a clock that never steps back. */
  now(): number;
}

/** A person mistypes; a program that has an old token asks often, and must not keep people from signing in. */
const MAX_WRONG_SIGN_INS = 10;
const MAX_WRONG_BEARERS = 300;

export function createEntrance(options: EntranceOptions): Entrance {
  const { findToken, sessions, checkBrowser, logger, now } = options;
  const signIns = createFailedAttempts(MAX_WRONG_SIGN_INS, now);
  const bearers = createFailedAttempts(MAX_WRONG_BEARERS, now);

  function tryToken(token: string, address: string, attempts: typeof signIns) {
    const retryAfterS = attempts.waitS(address);
    if (retryAfterS > 0) return { kind: 'too_many_attempts', retryAfterS } as const;
    const grant = findToken(token);
    if (grant !== undefined) return { kind: 'known', grant } as const;
    attempts.failed(address);
    logger.warn({ code: 'invalid_admin_token', address }, 'a wrong admin token was sent');
    return { kind: 'no_token' } as const;
  }

  return {
    checkBrowser,
    admit({ method, headers, address }) {
      if (headers.authorization !== undefined) {
        // No page can have a browser send this header to another origin, so host and origin need not be known.
        const token = /^bearer +(\S+)$/i.exec(headers.authorization)?.[1];
        if (token === undefined) return { kind: 'no_token' };
        const tried = tryToken(token, address, bearers);
        if (tried.kind !== 'known') return tried;
        return { kind: 'admitted', visitor: { ...tried.grant, via: 'bearer', session: undefined } };
      }
      const refusal = checkBrowser({ method, headers });
      if (refusal !== undefined) return { kind: refusal };
      const id = readSessionCookie(headers.cookie);
      const visitor = id === undefined ? undefined : sessions.find(id);
      return visitor === undefined ? { kind: 'no_token' } : { kind: 'admitted', visitor };
    },
    signIn(token, address) {
      const tried = tryToken(token, address, signIns);
      return tried.kind === 'known' ? { kind: 'admitted', visitor: sessions.begin(tried.grant) } : tried;
    },
    signOut({ session }) {
      if (session !== undefined) sessions.end(session.id);
    },
    isStillIn: ({ session }) => session === undefined || sessions.find(session.id) !== undefined,
  };
}
