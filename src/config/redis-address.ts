import { readFile } from 'node:fs/promises';
import type { Config } from './load.ts';

/**
 * Where this installation's Redis is, with the password from its file.
 * @throws when no Redis is configured or the password file cannot be read
 */
export async function redisAddress(
  config: Pick<Config, 'redis'>,
): Promise<{ url: string; password?: string }> {
  const { url, passwordFile } = config.redis;
  if (url === undefined) {
    throw new Error(
      "redis.url is not set: start everything with 'gatehouse up', or name your Redis in the configuration.",
    );
  }
  if (passwordFile === undefined) return { url };
  return { url, password: (await readFile(passwordFile, 'utf8')).trim() };
}
