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
  metrics(): Promise<MetricsReport>;
  isReady(): Promise<boolean>;
}

/** The processes that serve a role together: whichever of them is asked answers for all. */
export interface Siblings {
  /** @param setting of the address that is shared, such as `listen.authzHttp` */
  join(setting: string, own: OwnState): SharedState;
}

/** Adds up what several processes report: counters and histograms by sum, gauges as their definition says. */
export async function sumMetrics(reports: readonly MetricsReport[]): Promise<MetricsReport> {
  const { AggregatorRegistry } = await import('prom-client');
  const sum = await AggregatorRegistry.aggregate([...reports]).getMetricsAsJSON();
  // The library drops them. Of two for one bucket either will do.
  const exemplars = new Map(
    reports.flat().flatMap((metric) =>
      valuesOf(metric)
        .filter(({ exemplar }) => exemplar)
        .map((value) => [identityOf(value), value.exemplar] as const),
    ),
  );
  if (exemplars.size === 0) return sum;
  for (const value of sum.flatMap(valuesOf)) value.exemplar = exemplars.get(identityOf(value));
  return sum;
}

interface ReportedValue {
  metricName?: string;
  labels: Partial<Record<string, string | number>>;
  exemplar?: unknown;
}

function valuesOf(metric: MetricsReport[number]): ReportedValue[] {
  return 'values' in metric ? metric.values : [];
}

function identityOf({ metricName, labels }: ReportedValue): string {
  return JSON.stringify([metricName, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** What of a report goes on to count when its process is gone: what only grows. */
export function lastingPart(report: MetricsReport): MetricsReport {
  return report.filter(({ type }) => isLasting(String(type)));
}

function isLasting(type: string): boolean {
  return type === 'counter' || type === 'histogram';
}
