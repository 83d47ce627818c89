import type { Redis, RedisKeys } from '../redis/index.ts';
import { usingStore } from './error.ts';

/** Who listens to jobs that are to end with their last listener, in whichever process. */
export interface Listeners {
  /** To be called again before keepMs are over, or the listener is taken for gone. */
  stay(jobId: string, listener: string, keepMs: number): Promise<void>;
  /** @returns how many others there are */
  leave(jobId: string, listener: string): Promise<number>;
}

export function createListeners(redis: Redis, keys: RedisKeys, now: () => number): Listeners {
  return {
    stay: (jobId, listener, keepMs) =>
      usingStore(async () => {
        const key = keys.jobListeners(jobId);
        await redis
          .multi()
          .zadd(key, now() + keepMs, listener)
          .pexpire(key, keepMs)
          .exec();
      }),
    leave: (jobId, listener) =>
      usingStore(async () => {
        const key = keys.jobListeners(jobId);
        await redis.zrem(key, listener);
        return redis.zcount(key, now(), '+inf');
      }),
  };
}
