import { createLabelBound, METRICS, type MetricDefinition, type Metrics } from '../telemetry/index.ts';
import type { ProviderFailureKind } from './failure.ts';
import type { RefusalReason } from './policy/check-request.ts';
import type { Upstream } from './provider/upstream.ts';
import type { TokenUsage } from './usage.ts';
import type { Reading } from './usage-meter.ts';

/** What became of a request to a provider. */
export type RequestOutcome = ProviderFailureKind | 'answered' | 'cut' | 'stalled' | 'worker_gone';

/** Counts what proxies do. */
export interface ModelMetrics {
  request(provider: string, outcome: RequestOutcome): void;
  refusal(
    reason: RefusalReason | 'no_job' | 'not_found' | 'too_many' | 'too_large' | 'no_room' | 'budget_unknown',
  ): void;
  firstByte(provider: string, ms: number): void;
  spent(about: { model: string; tier: string }, usage: TokenUsage, nanoUsd: number): void;
  unpriced(model: string): void;
  uncounted(reason: NonNullable<Reading['unread']>): void;
  /** Has the state of these shown from now on. */
  watch(upstreams: readonly Upstream[]): void;
}

export const NO_MODEL_METRICS: ModelMetrics = {
  request() {},
  refusal() {},
  firstByte() {},
  spent() {},
  unpriced() {},
  uncounted() {},
  watch() {},
};

/** A process names its providers, tiers and models in its configuration, but a run can ask for models of any name. */
const MAX_MODELS = 50;
const MAX_TIERS = 50;
const FIRST_BYTE_BUCKETS_S = [0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120];
const BREAKER_STATES = { closed: 0, half_open: 1, open: 2 } as const;

export function createModelMetrics(metrics: Metrics): ModelMetrics {
  const requests = metrics.counter(METRICS.modelRequests);
  const refusals = metrics.counter(METRICS.modelRefusals);
  const tokens = metrics.counter(METRICS.modelTokens);
  const cost = metrics.counter(METRICS.modelCostUsd);
  const unpriced = metrics.counter(METRICS.modelUnpricedAnswers);
  const uncounted = metrics.counter(METRICS.modelUncountedAnswers);
  const firstByte = metrics.histogram(METRICS.modelFirstByteSeconds, FIRST_BYTE_BUCKETS_S);
  const modelLabel = createLabelBound(MAX_MODELS);
  const tierLabel = createLabelBound(MAX_TIERS);
  return {
    request: (provider, outcome) => requests.inc({ provider, outcome }),
    refusal: (reason) => refusals.inc({ reason }),
    firstByte: (provider, ms) => firstByte.observe({ provider }, ms / 1000),
    spent(about, usage, nanoUsd) {
      const labels = { model: modelLabel(about.model), tier: tierLabel(about.tier) };
      tokens.inc({ ...labels, kind: 'input' }, usage.input_tokens);
      tokens.inc({ ...labels, kind: 'output' }, usage.output_tokens);
      tokens.inc({ ...labels, kind: 'cache_read' }, usage.cache_read_input_tokens);
      tokens.inc({ ...labels, kind: 'cache_creation' }, usage.cache_creation_input_tokens);
      cost.inc(labels, nanoUsd / 1e9);
    },
    unpriced: (model) => unpriced.inc({ model: modelLabel(model) }),
    uncounted: (reason) => uncounted.inc({ reason }),
    watch(upstreams) {
      const gauge = (
        definition: MetricDefinition<'provider', 'gauge'>,
        value: (upstream: Upstream) => number,
      ) => {
        const made = metrics.gauge(definition, () => {
          for (const upstream of upstreams) made.set({ provider: upstream.name }, value(upstream));
        });
      };
      gauge(METRICS.modelOpenRequests, ({ load }) => load.running);
      gauge(METRICS.modelWaitingRequests, ({ load }) => load.waiting);
      gauge(METRICS.modelBreakerState, (upstream) => BREAKER_STATES[upstream.state()]);
      gauge(METRICS.modelParked, (upstream) => (upstream.availability().kind === 'parked' ? 1 : 0));
    },
  };
}
