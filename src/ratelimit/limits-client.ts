import type { Config } from '../config/index.ts';
import { logConnection, redisKeys } from '../redis/index.ts';
import type { Logger, Metrics } from '../telemetry/index.ts';
import { openLimiter } from './limiter/open.ts';
import { openOperation } from './operation.ts';
import { createDecide } from './rls/decide.ts';
import type { RateLimitResponse } from './rls/message.ts';
import type { DescriptorEntry } from './rules/match.ts';
import { startRules } from './rules/start.ts';
import { openStores } from './stores.ts';

/** What the limits say to one descriptor. */
export type LimitAnswer = { kind: 'passed' } | { kind: 'limited'; problem: Buffer; retryAfterS: number };

/** The limits for roles that count something themselves: the same rules, overrides and buckets as the service's. */
export interface LimitsClient {
  /**
   * @param hits charged; a negative number gives hits back, or a place
   * @param lease names who holds a place of a limit on what runs at the same time
   * @throws RatelimitError store_unavailable where the policy is to deny while Redis is away, no_rules
   */
  ask(entries: readonly DescriptorEntry[], hits: number, lease: string): Promise<LimitAnswer>;
  close(): Promise<void>;
}

/** The domain that Gatehouse's own Envoy asks for. */
const DOMAIN = 'gatehouse';
const DEADLINE_MS = 1_000;

/**
 * @param role which one it is for
 * @param metrics of that role
 * @throws RulesError; an Error that says what to do where Redis's address is missing
 */
export async function openLimitsClient(
  config: Pick<Config, 'redis' | 'ratelimit'>,
  roleLogger: Logger,
  role: 'api' | 'worker',
  metrics: Metrics,
): Promise<LimitsClient> {
  const { ratelimit } = config;
  const logger = roleLogger.of('ratelimit');
  const stores = await openStores(config, 'gatehouse-limits', DEADLINE_MS);
  let rulesChanged = () => {};
  const onLoad = () => rulesChanged();
  const rules = await startRules({ config: ratelimit, logger, onLoad }).catch((error: unknown) => {
    stores.close();
    throw error;
  });
  const keys = redisKeys(config.redis.keyPrefix);
  const { buckets: redis, control, controlAddress } = stores;
  for (const each of new Set([redis, control])) logConnection(each, logger);
  const operation = openOperation({
    record: undefined,
    role,
    rules: rules.live.status,
    address: controlAddress,
    redis: control,
    keys,
    logger,
  });
  rulesChanged = operation.rulesChanged;
  const decide = createDecide({
    rules: rules.live.current,
    overrides: operation.overrides,
    observe: operation.observe,
    keys,
    metrics: { observe() {}, took() {} },
    limiter: openLimiter({ redis, deadlineMs: DEADLINE_MS, config: ratelimit, logger, metrics }),
    modes: ratelimit,
    response: { headers: undefined, dynamicMetadata: false },
  });
  return {
    async ask(entries, hits, lease) {
      const descriptor = {
        entries: [...entries],
        limit: null,
        hits_addend: { value: Math.abs(hits) },
        is_negative_hits: hits < 0,
      };
      return answerOf(await decide({ domain: DOMAIN, descriptors: [descriptor], hits_addend: 0 }, lease));
    },
    async close() {
      await rules.close();
      await operation.close();
      stores.close();
    },
  };
}

function answerOf({ overall_code, raw_body, statuses }: RateLimitResponse): LimitAnswer {
  if (overall_code === 'OK' || raw_body === undefined) return { kind: 'passed' };
  return { kind: 'limited', problem: raw_body, retryAfterS: statuses[0]?.duration_until_reset?.seconds ?? 1 };
}
