import type { Readable } from 'node:stream';
import type { Redis, RedisKeys } from '../../redis/index.ts';
import type { AttemptSession } from '../attempt.ts';
import { JobsError, usingStore } from '../error.ts';
import type { JobOwner } from '../job.ts';
import type { StoredFiles, StoredPlace } from '../stored-files/files.ts';
import type { Room } from '../stored-files/retention.ts';
import { sessionId } from './place.ts';

/** Which conversation, and which attempt at its next job. */
export interface SessionTurn {
  owner: JobOwner;
  /** As its client calls it. */
  name: string;
  jobId: string;
  attempt: number;
}

/**
 * What conversations go on from: a file for each attempt that saved one, and in Redis which of them counts. The queue
 * sees to it that a conversation has one job at a time.
 */
export interface Sessions {
  /** The conversation as an attempt has it. */
  open(turn: SessionTurn): Promise<AttemptSession>;
  /** Has the next job go on from what this attempt saved, as it has completed. May be called again. */
  commit(turn: SessionTurn): Promise<void>;
  /** Whether a conversation, by the name of its files, is still known. */
  isKnown(id: string): Promise<boolean>;
}

export interface SessionsOptions {
  redis: Redis;
  keys: RedisKeys;
  files: StoredFiles;
  /** How long a conversation is kept after its last job. */
  idleMs: number;
  /** Longest time that its job may take to end. */
  longestJobMs: number;
  maxBytes: number;
  /** For all conversations. */
  room: Room;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The one file of a version. */
const STATE = 'state';

export function createSessions(options: SessionsOptions): Sessions {
  const { redis, keys, files, idleMs, longestJobMs, maxBytes, room, now } = options;

  /** Notes that the conversation goes on, so that nobody takes it for idle. */
  const touch = (id: string, keepMs: number, fields: Record<string, string>) =>
    usingStore(async () => {
      const key = keys.session(id);
      await redis
        .multi()
        .hset(key, { usedAt: now(), ...fields })
        .pexpire(key, keepMs)
        .exec();
    });

  async function restore(id: string): Promise<Readable | undefined> {
    const version = await usingStore(() => redis.hget(keys.session(id), 'version'));
    if (version === null) return undefined;
    const content = await files.read({ group: id, version, name: STATE });
    if (content !== undefined) return content;
    throw new JobsError('session_unavailable', 'What this session has said so far is not there any more.');
  }

  return {
    async open(turn) {
      const id = sessionId(turn.owner, turn.name);
      await touch(id, idleMs + longestJobMs, {});
      return {
        id: turn.name,
        restore: () => restore(id),
        async save(state) {
          const most = Math.min(maxBytes, room.freeBytes());
          const written = await files.write(placeOf(id, turn), state, most);
          if (written === undefined) {
            throw new JobsError('session_too_large', `A session may keep ${most} bytes.`);
          }
          room.take(written.bytes);
        },
      };
    },
    async commit(turn) {
      const id = sessionId(turn.owner, turn.name);
      const place = placeOf(id, turn);
      const saved = await files.has(place);
      await touch(id, idleMs, saved ? { version: place.version } : {});
      if (saved) await files.keepOnly(id, place.version);
    },
    isKnown: (id) => usingStore(async () => (await redis.exists(keys.session(id))) === 1),
  };
}

function placeOf(id: string, { jobId, attempt }: SessionTurn): StoredPlace {
  return { group: id, version: `${jobId}-${attempt}`, name: STATE };
}
