import type { Config } from '../config/index.ts';
import {
  createAnnouncements,
  openBlockingRedis,
  type Redis,
  type RedisAddress,
  type RedisKeys,
} from '../redis/index.ts';
import { createFailureLog, type Logger } from '../telemetry/index.ts';
import type { BucketState } from './algorithms/bucket.ts';
import type { Plan } from './limiter/plan.ts';
import { consumersOf, countLimited } from './offenders/consumers.ts';
import { observeCheck } from './offenders/observe-check.ts';
import { createOffenderCounter } from './offenders/offender-counter.ts';
import { createSharedOffenders } from './offenders/shared-offenders.ts';
import { followOverrides } from './overrides/current-overrides.ts';
import type { OverrideSet } from './overrides/override-set.ts';
import { createOverrideStore } from './overrides/store.ts';
import type { Code, RateLimitRequest } from './rls/message.ts';
import type { RulesStatus } from './rules/live-rules.ts';
import type { RulesReport } from './status/report.ts';
import { createSharedRulesStatus } from './status/shared-status.ts';
import { tellRulesStatus } from './status/tell-status.ts';
import { createConceal } from './traffic/confidential.ts';
import { openTrafficRecorder, type TrafficRecorder } from './traffic/recorder.ts';

/** What operators see and change of a process that limits. */
export interface Operation {
  overrides(): OverrideSet;
  /** Takes note of a request that was answered by its limits. */
  observe(answered: AnsweredRequest): void;
  /** How many clients are refused more of their requests than is fine, of late; undefined while Redis is away. */
  limitedConsumers(): Promise<number | undefined>;
  /** To be called whenever a set of rules was read. */
  rulesChanged(): void;
  close(): Promise<void>;
}

/** A request, what it met, and what it got. */
export interface AnsweredRequest {
  request: RateLimitRequest;
  plan: Plan;
  /** Of the plan's check, in its order. */
  states: readonly BucketState[];
  lease: string;
  code: Code;
}

export interface OperationOptions {
  /** ratelimit.record */
  record: Config['ratelimit']['record'];
  /** What the process does, for operators. */
  role: RulesReport['role'];
  rules(): RulesStatus;
  address: RedisAddress;
  redis: Redis;
  keys: RedisKeys;
  logger: Logger;
}

/** The part of its requests that a client may be refused before operators hear of it. */
const FINE_RATIO = 0.05;
/** What a process that dies has counted since then is lost. */
const TELL_OFFENDERS_MS = 2_000;

/**
 * Follows the overrides, tells which rules are in force and whom the limits refuse, and records requests where that is asked for, as long as the
 * process runs.
 * @throws an Error for people where the recording cannot be written
 */
export function openOperation({
  record,
  role,
  rules,
  address,
  redis,
  keys,
  logger,
}: OperationOptions): Operation {
  const recorder = record && openRecorder(record, logger);
  const subscriber = openBlockingRedis(address, 'gatehouse-ratelimit-overrides');
  subscriber.on('error', () => {}); // Of the other connection it is logged that Redis is away.
  const overrides = followOverrides({
    store: createOverrideStore(redis, keys),
    redis,
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
  const status = tellRulesStatus(createSharedRulesStatus(redis, keys), role, rules);
  const offenders = createOffenderCounter();
  const shared = createSharedOffenders(redis, keys, Date.now);
  // What cannot be told while Redis is away is lost: it is a list to look at, not a count to rely on.
  const tell = () => shared.add(offenders.drain()).catch(() => {});
  const telling = setInterval(() => void tell(), TELL_OFFENDERS_MS);
  return {
    overrides: overrides.current,
    observe({ request, plan, states, lease, code }) {
      observeCheck(offenders, request, plan, states);
      recorder?.record(request, lease, code);
    },
    limitedConsumers: () =>
      shared.recent().then(
        ({ offenders: recent }) => countLimited(consumersOf(recent), FINE_RATIO),
        () => undefined,
      ),
    rulesChanged: status.changed,
    async close() {
      overrides.close();
      clearInterval(telling);
      subscriber.disconnect();
      await Promise.all([tell(), status.close()]);
      await recorder?.close();
    },
  };
}

function openRecorder(
  { file, sampling, maxSize, conceal }: NonNullable<OperationOptions['record']>,
  logger: Logger,
): TrafficRecorder {
  const recorder = openTrafficRecorder({
    ...{ file, sampling, maxBytes: maxSize.bytes, conceal: createConceal(conceal) },
    now: Date.now,
    onEnd: (reason) => logger.warn({ code: 'recording_ended', reason }, 'requests are no longer recorded'),
  });
  logger.info({ code: 'recording' }, 'requests to the rate limit service are recorded');
  return recorder;
}
