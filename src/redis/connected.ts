import type { Redis as Single } from 'ioredis';
import type { Redis } from './client.ts';

/**
 * Waits until a connection can be used.
 * @param timeoutMs how long Redis may take
 * @throws an Error that says where Redis was looked for and why it did not answer
 */
export async function connected(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status === 'ready') return;
  let lastError = 'it did not answer';
  const remember = (error: Error) => {
    lastError = error.message;
  };
  redis.on('error', remember);
  try {
    await new Promise<void>((resolve, reject) => {
      const giveUp = setTimeout(() => {
        redis.off('ready', ready);
        reject(
          new Error(
            `Redis at ${where(redis)} cannot be used: ${lastError}. Check its address in the configuration and that Redis runs.`,
          ),
        );
      }, timeoutMs);
      const ready = () => {
        clearTimeout(giveUp);
        resolve();
      };
      redis.once('ready', ready);
    });
  } finally {
    redis.off('error', remember);
  }
}

function where(redis: Redis): string {
  if (redis.isCluster) return 'the nodes of redis.cluster';
  const { options } = redis as Single;
  if ('sentinels' in options && options.sentinels) return `the master ${options.name} of redis.sentinel`;
  return 'path' in options && options.path ? options.path : `${options.host}:${options.port}`;
}
