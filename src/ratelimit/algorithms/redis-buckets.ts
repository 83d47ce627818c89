import { type BinaryScript, bindBinaryScript, type Redis } from '../../redis/index.ts';
import type { Asker, DecideChecks, DecidedChecks, DecideTimed } from './bucket.ts';
import { createCalendar } from './calendar.ts';
import { countedWindows, decodeCounted, encodeCounted } from './counted-windows.ts';
import { decodeAnswer, encodeChecks } from './encode.ts';
import { readNumbers, writeList } from './message-pack.ts';

export interface RedisBucketsOptions {
  redis: Redis;
  /** Longest time that keys are kept beyond their window, drawn anew for each call, so that not all expire at once. */
  expiryJitterMs?: number;
  /**
   * Milliseconds since the Unix epoch, for tests; buckets still expire by Redis's clock, so it must not be behind.
   * Without it the script asks Redis: all processes must agree on where a window starts, and the clocks of two
   * machines do not.
   */
  now?: () => number;
}

const WINDOWS = ['clock', 'stored', 'window-shape', 'window'];
/** One script, so that checks of any mix of algorithms are one atomic step; its parts in the order that they need. */
const PARTS = [...WINDOWS, 'sliding-window', 'token-bucket', 'concurrency', 'decide'];
/** Setting up the others takes a fifth of what a call of two windows takes Redis. */
const WINDOW_PARTS = [...WINDOWS, 'decide'];
/** For what countedWindows takes. */
const COUNT_PARTS = ['clock', 'window-shape', 'count-windows'];

/** Buckets in Redis. All keys of a call must lie in one hash slot where Redis is a cluster. */
export function createRedisBuckets(options: RedisBucketsOptions): DecideChecks {
  const decide = createTimedRedisBuckets(options);
  return (checks) =>
    new Promise((resolve, reject) => {
      decide(checks, { decided: ({ states }) => resolve(states), failed: reject });
    });
}

/** As createRedisBuckets, and says when it was decided. */
export function createTimedRedisBuckets({
  redis,
  now,
  expiryJitterMs = 0,
}: RedisBucketsOptions): DecideTimed {
  const script = bindParts(redis, PARTS);
  const windowScript = bindParts(redis, WINDOW_PARTS);
  const countScript = bindParts(redis, COUNT_PARTS);
  const calendar = createCalendar();
  return (checks, asker) => {
    try {
      const jitterMs = expiryJitterMs === 0 ? 0 : Math.floor(Math.random() * expiryJitterMs);
      const time = { nowMs: now?.(), expiryJitterMs: jitterMs };
      const counted = countedWindows(checks);
      if (counted !== undefined) {
        const told = encodeCounted(counted, time, calendar);
        countScript(counted.keys, [told], (error, reply) => {
          if (error !== undefined) asker.failed(error);
          else tell(asker, reply, (answer) => decodeCounted(checks, counted, answer));
        });
        return;
      }
      const { keys, told, onlyWindows } = encodeChecks(checks, time, calendar);
      (onlyWindows ? windowScript : script)(keys, [writeList(told)], (error, reply) => {
        if (error !== undefined) asker.failed(error);
        else tell(asker, reply, (answer) => decodeAnswer(checks, answer));
      });
    } catch (error) {
      asker.failed(error);
    }
  };
}

function tell(asker: Asker, reply: unknown, decode: (answer: readonly number[]) => DecidedChecks): void {
  let decided: DecidedChecks;
  try {
    decided = decode(readNumbers(reply as Buffer));
  } catch (error) {
    asker.failed(error);
    return;
  }
  asker.decided(decided);
}

function bindParts(redis: Redis, parts: readonly string[]): BinaryScript {
  return bindBinaryScript(
    redis,
    parts.map((part) => new URL(`./lua/${part}.lua`, import.meta.url)),
  );
}
