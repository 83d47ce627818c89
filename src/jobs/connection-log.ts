import type { Redis } from '../redis/index.ts';
import type { Logger } from '../telemetry/index.ts';

/** One line when Redis goes away, however often it is tried again, and one when it is back. */
export function logConnection(redis: Redis, logger: Logger): void {
  let away = false;
  redis.on('error', (error: Error) => {
    if (!away) logger.warn({ code: 'store_unavailable', reason: error.message }, 'Redis cannot be reached');
    away = true;
  });
  redis.on('ready', () => {
    if (away) logger.info({}, 'Redis is reached again');
    away = false;
  });
}
