import type { Config } from '../../config/index.ts';
import type { Redis, RedisKeys } from '../../redis/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { type Budget, NO_BUDGET, openBudget } from '../budget/budget.ts';
import { type ModelMetrics, NO_MODEL_METRICS } from '../metrics.ts';
import { requestPolicy } from '../policy/check-request.ts';
import { createRequestChecker, type RequestChecker } from '../policy/request-checker.ts';
import { createPriceTable, type PriceTable } from '../price/price-table.ts';
import { type ByteBudget, createByteBudget } from '../proxy/byte-budget.ts';
import { startStandIn } from '../stand-in/server.ts';
import { type Answer, askInOrder } from './ask-in-order.ts';
import { type Availability, availabilityOfAny } from './availability.ts';
import { openConnection } from './connection.ts';
import { planProviders } from './plan-providers.ts';
import { NO_SHARED_HEALTH, openSharedHealth } from './shared-health.ts';
import { createTrialGate } from './trial.ts';
import { type ModelRequest, openUpstream } from './upstream.ts';

/** Who answers model requests, and by which rules: what all proxies of a process share. */
export interface Provider {
  name: 'anthropic' | 'stand-in';
  /** Host and port of each, in their order; for people. */
  address: string;
  /**
   * Asked by who is about to start a job: whether it may, or would only fail at the provider. While a provider is tried
   * out, one job is told that it may.
   */
  availability(): Availability;
  /**
   * Resolves when an answer begins, also one that says no.
   * @throws Unanswered, or the reason of the request's signal
   */
  ask(request: ModelRequest): Promise<Answer>;
  checker: RequestChecker;
  prices: PriceTable;
  metrics: ModelMetrics;
  /** What tenants may spend. */
  budget: Budget;
  /** What requests hold in memory until they are answered. */
  bodies: ByteBudget;
  maxRequestBytes: number;
  /** Cuts what runs. */
  close(): Promise<void>;
}

export interface ProviderSurroundings {
  /** Where worker processes share what they find out of providers, and add up what tenants spend. */
  store?: { redis: Redis; keys: RedisKeys };
  metrics?: ModelMetrics;
}

/** A job asks the model within 2 s of its beginning; who was let through may have found no job at all. */
const TRIAL_EVERY_MS = 5_000;

/**
 * Opens the providers that the configuration asks for: `auto` is the real one where there is a key, else the stand-in,
 * which runs in this process and is reached over HTTP like the real one.
 * @throws ModelError when there has to be a key and is none, or an address is of no use
 */
export async function openProvider(
  config: Pick<Config, 'model' | 'budgets'>,
  env: NodeJS.ProcessEnv,
  logger: Logger,
  { store, metrics = NO_MODEL_METRICS }: ProviderSurroundings = {},
): Promise<Provider> {
  const { model } = config;
  const plans = await planProviders(model, env);
  const standIn = plans === undefined ? await startStandIn() : undefined;
  const planned = plans ?? [
    {
      name: 'stand-in',
      connection: openConnection((standIn as { url: URL }).url, undefined),
      models: new Map<string, string>(),
      maxConcurrent: model.queue.maxConcurrent,
    },
  ];
  let told: Availability = { kind: 'open' };
  const changedAny = () => {
    const now = availability();
    if (now.kind === told.kind && untilOf(now) === untilOf(told)) return;
    told = now;
    health.tellAny(now);
  };
  const upstreams = planned.map((plan) =>
    openUpstream({
      ...plan,
      config: model,
      changed(name, state) {
        logChange(logger, name, state);
        health.tell(name, state);
        changedAny();
      },
    }),
  );
  const availability = () => availabilityOfAny(upstreams.map((upstream) => upstream.availability()));
  const health =
    store === undefined
      ? NO_SHARED_HEALTH
      : openSharedHealth({ ...store, logger }, (name, state) => {
          upstreams.find((upstream) => upstream.name === name)?.adopt(state);
          changedAny();
        });
  metrics.watch(upstreams);
  const gate = createTrialGate(TRIAL_EVERY_MS);
  const checker = createRequestChecker(requestPolicy(model));
  const { budgets } = config;
  const budget = store === undefined ? NO_BUDGET : openBudget({ ...store, budgets, logger });
  const address = upstreams.map((upstream) => upstream.address).join(', ');
  if (standIn === undefined) logger.info({ address }, 'The model provider answers');
  else logger.info({ model: 'stand-in', address }, 'The stand-in model answers');
  return {
    name: standIn === undefined ? 'anthropic' : 'stand-in',
    address,
    availability: () =>
      gate(
        availability(),
        !upstreams.some((each) => each.availability().kind === 'open' && each.state() === 'closed'),
      ),
    ask: (request) =>
      askInOrder(upstreams, request, {
        patienceMs: model.queue.timeout.ms,
        onMoved: (upstream, failure) => metrics.request(upstream.name, failure.kind),
      }),
    checker,
    prices: createPriceTable(model.prices),
    metrics,
    budget,
    bodies: createByteBudget(model.maxHeldRequests.bytes),
    maxRequestBytes: model.maxRequestSize.bytes,
    async close() {
      await health.close();
      await budget.close();
      await checker.close();
      await Promise.all(upstreams.map((upstream) => upstream.close()));
      await standIn?.close();
    },
  };
}

function untilOf(availability: Availability): number {
  return availability.kind === 'open' ? 0 : availability.untilMs;
}

function logChange(logger: Logger, provider: string, availability: Availability): void {
  const fields = { provider, code: `provider_${availability.kind}` };
  if (availability.kind === 'open') logger.info(fields, 'A model provider is asked again');
  else {
    const duration_ms = availability.untilMs - Date.now();
    logger.warn({ ...fields, duration_ms }, 'A model provider is not asked for a while');
  }
}
