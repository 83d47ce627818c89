import {
  createAnnouncements,
  openBlockingRedis,
  type Redis,
  type RedisAddress,
  type RedisKeys,
} from '../redis/index.ts';
import { createFailureLog, type Logger } from '../telemetry/index.ts';
import { createOffenderCounter, type OffenderCounter } from './offenders/offender-counter.ts';
import { createSharedOffenders } from './offenders/shared-offenders.ts';
import { followOverrides } from './overrides/current-overrides.ts';
import type { OverrideSet } from './overrides/override-set.ts';
import { createOverrideStore } from './overrides/store.ts';

/** What operators see and change of a running rate limit service. */
export interface Operation {
  overrides(): OverrideSet;
  offenders: OffenderCounter;
  close(): Promise<void>;
}

export interface OperationOptions {
  address: RedisAddress;
  redis: Redis;
  keys: RedisKeys;
  logger: Logger;
}

/** What a process that dies has counted since then is lost. */
const TELL_OFFENDERS_MS = 2_000;

/** Follows the overrides and tells whom the limits refuse, for as long as the service runs. */
export function openOperation({ address, redis, keys, logger }: OperationOptions): Operation {
  const subscriber = openBlockingRedis(address, 'gatehouse-ratelimit-overrides');
  subscriber.on('error', () => {}); // Of the other connection it is logged that Redis is away.
  const overrides = followOverrides({
    store: createOverrideStore(redis, keys),
    announcements: createAnnouncements(subscriber),
    channel: keys.limitOverrides,
    failures: createFailureLog({
      logger,
      code: 'store_unavailable',
      failing: 'changed limits cannot be read, and those read last stay in force',
      recovered: 'changed limits are read again',
      now: () => performance.now(),
    }),
    now: Date.now,
  });
  const offenders = createOffenderCounter();
  const shared = createSharedOffenders(redis, keys, Date.now);
  // What cannot be told while Redis is away is lost: it is a list to look at, not a count to rely on.
  const tell = () => shared.add(offenders.drain()).catch(() => {});
  const telling = setInterval(() => void tell(), TELL_OFFENDERS_MS);
  return {
    overrides: overrides.current,
    offenders,
    async close() {
      overrides.close();
      clearInterval(telling);
      subscriber.disconnect();
      await tell();
    },
  };
}
