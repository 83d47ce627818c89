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
            `Redis at ${where(redis)} cannot be used: ${lastError}. Check redis.url and that Redis runs.`,
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

function where({ options }: Redis): string {
  if (!('host' in options)) return 'the cluster';
  return 'path' in options && options.path ? options.path : `${options.host}:${options.port}`;
}
