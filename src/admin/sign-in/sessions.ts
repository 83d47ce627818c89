import { createHash } from 'node:crypto';
import type { Grant, Visitor } from './visitor.ts';

/** Who is signed in with a browser. Kept in memory alone: no session outlives the process. */
export interface Sessions {
  begin(grant: Grant): Visitor;
  /** @returns undefined for one that there is not, that has ended or was ended */
  find(id: string): Visitor | undefined;
  end(id: string): void;
}

export interface SessionsOptions {
  lifetimeMs: number;
  randomBytes(size: number): Buffer;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Of each token. */
  maxSessions?: number;
}

/** Of each token: over it its own oldest ends, so that none can sign out who has another. */
const MAX_SESSIONS = 100;
const ID_BYTES = 32;

export function createSessions(options: SessionsOptions): Sessions {
  const { lifetimeMs, randomBytes, now, maxSessions = MAX_SESSIONS } = options;
  /** By the digest of the id, so that a dump of memory gives no session away. */
  const sessions = new Map<string, { grant: Grant; expiresAtMs: number }>();
  return {
    begin(grant) {
      const nowMs = now();
      for (const [key, { expiresAtMs }] of sessions) if (expiresAtMs <= nowMs) sessions.delete(key);
      const [oldest, ...others] = [...sessions].filter(([, known]) => known.grant.name === grant.name);
      if (oldest !== undefined && others.length + 1 >= maxSessions) sessions.delete(oldest[0]);
      const id = randomBytes(ID_BYTES).toString('base64url');
      const expiresAtMs = nowMs + lifetimeMs;
      sessions.set(digest(id), { grant, expiresAtMs });
      return { ...grant, via: 'session', session: { id, expiresAtMs } };
    },
    find(id) {
      const known = sessions.get(digest(id));
      if (known === undefined || known.expiresAtMs <= now()) return undefined;
      return { ...known.grant, via: 'session', session: { id, expiresAtMs: known.expiresAtMs } };
    },
    end: (id) => void sessions.delete(digest(id)),
  };
}

function digest(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
