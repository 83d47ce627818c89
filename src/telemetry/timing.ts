import type { Registry } from 'prom-client';
import type { MetricDefinition } from './metric-names.ts';

/**
 * How long something takes that happens with every request: to observe it costs a few comparisons and two additions, and
 * makes no objects (the library's own histogram makes three and hashes the labels).
 */
export class Timing {
  readonly #boundsS: Float64Array;
  /** One for each bound, and one for what is above all of them. */
  readonly #counts: Float64Array;
  #sumS = 0;
  /** Of each bucket the last that was counted with a trace. */
  readonly #traceIds: (string | undefined)[];
  readonly #tracedS: Float64Array;
  readonly #tracedAtS: Float64Array;

  /** @param boundsS upper bounds in seconds, ascending */
  constructor(boundsS: readonly number[]) {
    this.#boundsS = Float64Array.from(boundsS);
    const buckets = boundsS.length + 1;
    this.#counts = new Float64Array(buckets);
    this.#traceIds = new Array(buckets).fill(undefined);
    this.#tracedS = new Float64Array(buckets);
    this.#tracedAtS = new Float64Array(buckets);
  }

  /** @param traceId in hex, to be shown as an exemplar */
  observe(seconds: number, traceId?: string): void {
    const bounds = this.#boundsS;
    let at = 0;
    while (at < bounds.length && seconds > (bounds[at] as number)) at += 1;
    this.#counts[at] = (this.#counts[at] as number) + 1;
    this.#sumS += seconds;
    if (traceId === undefined) return;
    this.#traceIds[at] = traceId;
    this.#tracedS[at] = seconds;
    this.#tracedAtS[at] = Date.now() / 1000;
  }

  /** What prom-client would say of a histogram with these labels. */
  report(name: string, labels: Readonly<Record<string, string>>): ReportedValue[] {
    let count = 0;
    const values: ReportedValue[] = [];
    for (const [at, own] of this.#counts.entries()) {
      count += own;
      const le = at < this.#boundsS.length ? String(this.#boundsS[at]) : '+Inf';
      const exemplar = this.#exemplar(at);
      const bucket = { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
      values.push(exemplar === undefined ? bucket : { ...bucket, exemplar });
    }
    values.push({ metricName: `${name}_sum`, labels: { ...labels }, value: this.#sumS });
    values.push({ metricName: `${name}_count`, labels: { ...labels }, value: count });
    return values;
  }

  #exemplar(at: number): ReportedValue['exemplar'] {
    const traceId = this.#traceIds[at];
    if (traceId === undefined) return undefined;
    return {
      labelSet: { trace_id: traceId },
      value: this.#tracedS[at] ?? 0,
      timestamp: this.#tracedAtS[at] ?? 0,
    };
  }
}

interface ReportedValue {
  metricName: string;
  labels: Record<string, string>;
  value: number;
  /** In the library's form. */
  exemplar?: { labelSet: Record<string, string>; value: number; timestamp: number } | undefined;
}

/** Has timings shown as one histogram, whenever the registry is read. @returns the timing of some values of the labels */
export function registerTimings<Label extends string>(
  registry: Registry,
  { name, help, labels: labelNames }: MetricDefinition<Label>,
  boundsS: readonly number[],
): (labels: Record<Label, string>) => Timing {
  const timings: { labels: Record<Label, string>; timing: Timing }[] = [];
  const metric = {
    ...{ name, help, labelNames, type: 'histogram', aggregator: 'sum' },
    get: async () => ({
      ...{ name, help, type: 'histogram', aggregator: 'sum' },
      values: timings.flatMap(({ labels, timing }) => timing.report(name, labels)),
    }),
    reset() {
      timings.length = 0;
    },
  };
  // The registry reads its metrics by name, type and get(), and its types ask for one of the library's own classes.
  registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0]);
  return (labels) => {
    const timing = new Timing(boundsS);
    timings.push({ labels, timing });
    return timing;
  };
}
