import { createHash } from 'node:crypto';
import { bindScript, type Redis, type RedisKeys } from '../redis/index.ts';
import type { AuditActionName } from './actions.ts';
import { auditFields, MAX_AUDIT_ENTRIES } from './entry.ts';

/** What a process has read and goes by from now on. */
export interface Load {
  action: Extract<AuditActionName, `${string}.load`>;
  /** Where it came from, for people. */
  target: string;
  /** Tells one content from another, and nothing of it: see loadDigest. */
  digest: string;
  details?: Readonly<Record<string, unknown>>;
}

/** Has a load written down, unless it is what was loaded last. Never waits and never throws. */
export type RecordLoad = (load: Load) => void;

export interface LoadRecorder {
  record: RecordLoad;
  /** What could not be written until then is lost. */
  close(): void;
}

export interface LoadRecorderOptions {
  /** A connection that waits for Redis; it is closed once all is written. */
  open(): Promise<Redis>;
  keys: Pick<RedisKeys, 'loads' | 'audit'>;
  /** Which process, such as `process:ratelimit`. */
  actor: string;
  /** More on it. */
  details: Readonly<Record<string, unknown>>;
}

/** 64 bits of a SHA-256: enough to tell contents apart, too few to find one that holds a secret by trying. */
const DIGEST_CHARACTERS = 16;

/** @param content anything that JSON can say */
export function loadDigest(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, DIGEST_CHARACTERS);
}

/** Writes what is loaded once Redis is there; of several loads of one kind that wait, the newest. */
export function createLoadRecorder({ open, keys, actor, details }: LoadRecorderOptions): LoadRecorder {
  const waiting = new Map<Load['action'], Load>();
  let connection: Redis | undefined;
  let writing = false;
  let closed = false;

  async function writeAll(): Promise<void> {
    const redis = await open();
    redis.on('error', () => {}); // The role's own connections tell of it.
    connection = redis;
    try {
      if (closed) return;
      const script = bindScript(redis, new URL('./record-load.lua', import.meta.url));
      for (const [action, load] of waiting) {
        const { target, digest } = load;
        const entry = { actor, action, target, details: { digest, ...load.details, ...details } };
        await script([keys.loads, keys.audit], [action, digest, MAX_AUDIT_ENTRIES, ...auditFields(entry)]);
        if (waiting.get(action) === load) waiting.delete(action);
      }
    } finally {
      redis.disconnect();
    }
  }

  function write(): void {
    if (writing || closed) return;
    writing = true;
    writeAll().then(
      () => {
        writing = false;
        // One may have come when all were written and the connection was not yet closed.
        if (waiting.size > 0) write();
      },
      () => {
        writing = false; // No Redis is configured, or this process ends.
      },
    );
  }

  return {
    record(load) {
      waiting.set(load.action, load);
      write();
    },
    close() {
      closed = true;
      connection?.disconnect();
    },
  };
}
