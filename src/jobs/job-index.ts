import { createHash } from 'node:crypto';
import type { Redis, RedisKeys } from '../redis/index.ts';
import { usingStore } from './error.ts';
import type { JobOwner } from './job.ts';

/** Where a list is to go on: below this job of this time. */
export interface ListPlace {
  /** Milliseconds since the epoch. */
  createdAt: number;
  jobId: string;
}

/** Whose jobs. */
type Owner = Pick<JobOwner, 'tenant' | 'client'>;

/** Which jobs there are, newest first. It may name some that are gone. */
export interface JobIndex {
  add(owner: JobOwner, place: ListPlace): Promise<void>;
  /** @param owner whose jobs; undefined for everybody's */
  list(owner: Owner | undefined, after: ListPlace | undefined, limit: number): Promise<ListPlace[]>;
  remove(owner: JobOwner, jobId: string): Promise<void>;
}

/** Of one client, and a hundred times as many of all. Older ones are left out. */
const MAX_PER_CLIENT = 10_000;
const MAX_IN_ALL = 100 * MAX_PER_CLIENT;

/** @param keepMs how long after its acceptance a job can be there at most */
export function createJobIndex(redis: Redis, keys: RedisKeys, keepMs: number): JobIndex {
  const keyOf = (owner: Owner | undefined) =>
    owner === undefined ? keys.jobIndex : keys.clientJobs(ownerHash(owner));
  return {
    add: (owner, { createdAt, jobId }) =>
      usingStore(async () => {
        const transaction = redis.multi();
        for (const [key, max] of [
          [keyOf(owner), MAX_PER_CLIENT],
          [keyOf(undefined), MAX_IN_ALL],
        ] as const) {
          transaction
            .zadd(key, createdAt, jobId)
            .zremrangebyscore(key, '-inf', createdAt - keepMs)
            .zremrangebyrank(key, 0, -max - 1)
            .pexpire(key, keepMs);
        }
        const answers = await transaction.exec();
        const failed = answers?.find(([error]) => error !== null);
        if (failed?.[0]) throw failed[0];
      }),
    list: (owner, after, limit) =>
      usingStore(async () => {
        const found: ListPlace[] = [];
        const from = after === undefined ? '+inf' : String(after.createdAt);
        // Jobs of one millisecond stand in the order of their ids, so a few of them may have to be passed over.
        for (let offset = 0; found.length < limit; offset += limit) {
          const pairs = await redis.zrevrangebyscore(
            keyOf(owner),
            from,
            '-inf',
            'WITHSCORES',
            'LIMIT',
            offset,
            limit,
          );
          for (let index = 0; index < pairs.length; index += 2) {
            const place = { jobId: pairs[index] as string, createdAt: Number(pairs[index + 1]) };
            if (after === undefined || isBelow(place, after)) found.push(place);
          }
          if (pairs.length < 2 * limit) break;
        }
        return found.slice(0, limit);
      }),
    remove: (owner, jobId) =>
      usingStore(async () => {
        await redis.multi().zrem(keyOf(owner), jobId).zrem(keyOf(undefined), jobId).exec();
      }),
  };
}

function isBelow(place: ListPlace, other: ListPlace): boolean {
  if (place.createdAt !== other.createdAt) return place.createdAt < other.createdAt;
  return place.jobId < other.jobId;
}

/** One name for tenant and client, of the characters that a key may have. */
export function ownerHash({ tenant, client }: Owner): string {
  return createHash('sha256')
    .update(JSON.stringify([tenant, client]))
    .digest('base64url');
}
