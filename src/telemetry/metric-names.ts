/** One metric as Prometheus sees it: what it is called, what it means, and by which labels it is split. */
export interface MetricDefinition<Label extends string = string> {
  /** `gatehouse_<room>_<what>_<unit>`; counters end in `_total`. */
  name: string;
  help: string;
  labels: readonly Label[];
}

/**
 * Every metric of Gatehouse, in one place. A label has few values, all known beforehand or bounded by
 * label-bound.ts; clients, prompts, keys and tokens are never labels.
 */
export const METRICS = {
  ratelimitConfigLoads: {
    name: 'gatehouse_ratelimit_config_loads_total',
    help: 'Sets of rules that were read, by source (files, xds) and result (loaded, refused)',
    labels: ['source', 'result'],
  },
} as const satisfies Record<string, MetricDefinition>;
