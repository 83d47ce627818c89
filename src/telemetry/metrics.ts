import type { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { registerEventLoopLag } from './event-loop-lag.ts';
import type { MetricDefinition } from './metric-names.ts';
import { registerTimings, type Timing } from './timing.ts';

/** One process's metrics. Each definition of metric-names.ts is made at most once. */
export interface Metrics {
  /** What /metrics shows, with the process's own CPU, memory and event loop beside it. */
  registry: Registry;
  /** @param collect called before the metrics are read, to take over what was counted elsewhere */
  counter<Label extends string>(
    definition: MetricDefinition<Label, 'counter'>,
    collect?: (counter: Counter<Label>) => void,
  ): Counter<Label>;
  /**
   * A counter for what happens with every request: to count costs an addition, and what was counted is handed over
   * when the metrics are read.
   * @returns what counts for some values of the labels; to be kept, as it is made anew each time
   */
  tally<Label extends string>(
    definition: MetricDefinition<Label, 'counter'>,
  ): (labels: Record<Label, string>) => Count;
  /** @param collect called whenever the metrics are read, to set the gauge then */
  gauge<Label extends string>(
    definition: MetricDefinition<Label, 'gauge'>,
    collect?: () => void | Promise<void>,
  ): Gauge<Label>;
  /** @param buckets upper bounds, in the unit of the metric's name */
  histogram<Label extends string>(
    definition: MetricDefinition<Label, 'histogram'>,
    buckets: number[],
  ): Histogram<Label>;
  /**
   * A histogram of seconds for what happens with every request, or that keeps traces.
   * @returns the timing of some values of the labels; to be kept, as it is made anew each time
   */
  timing<Label extends string>(
    definition: MetricDefinition<Label, 'histogram'>,
    boundsS: readonly number[],
  ): (labels: Record<Label, string>) => Timing;
}

/** How often something happened since the process began. */
export interface Count {
  total: number;
}

/** Of the library's own watch over the event loop, which nobody reads. */
const UNUSED_MS = 3_600_000;

/** The library is loaded here and not before: commands that have no metrics start without it. */
export async function createMetrics(): Promise<Metrics> {
  const { default: prometheus } = await import('prom-client');
  const registry = new prometheus.Registry();
  prometheus.collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: UNUSED_MS });
  registerEventLoopLag(registry, prometheus.Gauge);
  const settings = <Label extends string>({ name, help, labels, together }: MetricDefinition<Label>) => ({
    name,
    help,
    labelNames: labels,
    registers: [registry],
    ...(together && { aggregator: together }),
  });
  return {
    registry,
    counter: (definition, collect) =>
      new prometheus.Counter({
        ...settings(definition),
        ...(collect && {
          collect() {
            collect(this);
          },
        }),
      }),
    tally: (definition) => {
      const tellers: (() => void)[] = [];
      const counter = new prometheus.Counter({
        ...settings(definition),
        collect() {
          for (const tell of tellers) tell();
        },
      });
      return (labels) => {
        const count = { total: 0 };
        let told = 0;
        tellers.push(() => {
          if (count.total > told) counter.inc(labels, count.total - told);
          told = count.total;
        });
        return count;
      };
    },
    gauge: (definition, collect) =>
      new prometheus.Gauge({ ...settings(definition), ...(collect && { collect }) }),
    histogram: (definition, buckets) => new prometheus.Histogram({ ...settings(definition), buckets }),
    timing: (definition, boundsS) => registerTimings(registry, definition, boundsS),
  };
}
