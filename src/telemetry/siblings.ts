import type { MetricObject, MetricObjectWithValues, MetricValue } from 'prom-client';

/** Metrics as data, for another process to add up. */
export type MetricsReport = (MetricObject | MetricObjectWithValues<MetricValue<string>>)[];

/** What a process can tell operators of itself. */
export interface OwnState {
  metrics(): Promise<MetricsReport>;
  isReady(): boolean | Promise<boolean>;
}

/** What operators are told of all processes that share an address. */
export interface SharedState {
  /** Prometheus text. */
  metrics(): Promise<string>;
  isReady(): Promise<boolean>;
}

/** The processes that serve a role together: whichever of them is asked answers for all. */
export interface Siblings {
  /** @param setting of the address that is shared, such as `listen.authzHttp` */
  join(setting: string, own: OwnState): SharedState;
}

/**
 * Adds up what several processes report: counters and histograms by sum, gauges as their definition says.
 * @returns the sum as data, and as Prometheus text
 */
export async function sumMetrics(
  reports: readonly MetricsReport[],
): Promise<{ report: MetricsReport; text: string }> {
  const { AggregatorRegistry } = await import('prom-client');
  const sum = AggregatorRegistry.aggregate([...reports]);
  return { report: await sum.getMetricsAsJSON(), text: await sum.metrics() };
}

/** What of a report goes on to count when its process is gone: what only grows. */
export function lastingPart(report: MetricsReport): MetricsReport {
  return report.filter(({ type }) => isLasting(String(type)));
}

function isLasting(type: string): boolean {
  return type === 'counter' || type === 'histogram';
}
