import type { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricDefinition } from './metric-names.ts';

/** One process's metrics. Each definition of metric-names.ts is made at most once. */
export interface Metrics {
  /** What /metrics shows, with the process's own CPU, memory and event loop beside it. */
  registry: Registry;
  /** @param collect called before the metrics are read, to take over what was counted elsewhere */
  counter<Label extends string>(
    definition: MetricDefinition<Label>,
    collect?: (counter: Counter<Label>) => void,
  ): Counter<Label>;
  /** @param collect called whenever the metrics are read, to set the gauge then */
  gauge<Label extends string>(definition: MetricDefinition<Label>, collect?: () => void): Gauge<Label>;
  /** @param buckets upper bounds, in the unit of the metric's name */
  histogram<Label extends string>(definition: MetricDefinition<Label>, buckets: number[]): Histogram<Label>;
}

/** The library is loaded here and not before: commands that have no metrics start without it. */
export async function createMetrics(): Promise<Metrics> {
  const { default: prometheus } = await import('prom-client');
  const registry = new prometheus.Registry();
  prometheus.collectDefaultMetrics({ register: registry });
  const settings = <Label extends string>({ name, help, labels }: MetricDefinition<Label>) => ({
    name,
    help,
    labelNames: labels,
    registers: [registry],
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
    gauge: (definition, collect) =>
      new prometheus.Gauge({ ...settings(definition), ...(collect && { collect }) }),
    histogram: (definition, buckets) => new prometheus.Histogram({ ...settings(definition), buckets }),
  };
}
