import type { Redis } from './client.ts';

/** The part of a logger that is needed here. */
export interface ConnectionLogger {
  info(fields: { code: string }, message: string): void;
  warn(fields: { code: string; reason: string }, message: string): void;
}

const CODE = 'store_connection';

/** One line when Redis goes away, however often it is tried again, and one when it is back. */
export function logConnection(redis: Redis, logger: ConnectionLogger): void {
  let away = false;
  let lastError = 'the connection was closed';
  redis.on('error', (error: NodeJS.ErrnoException) => {
    // Where a name has several addresses, the error of them all has a code and no message.
    lastError = error.message || String(error.code);
  });
  redis.on('reconnecting', () => {
    if (!away) logger.warn({ code: CODE, reason: lastError }, 'Redis cannot be reached');
    away = true;
  });
  redis.on('ready', () => {
    if (away) logger.info({ code: CODE }, 'Redis is reached again');
    away = false;
  });
}
