/** A part of an installation that tells metrics. */
export type MetricRole = 'envoy' | 'authz' | 'ratelimit' | 'api' | 'worker' | 'admin';

export type MetricType = 'counter' | 'gauge' | 'histogram';

/** One metric as Prometheus sees it: what it is called, what it means, and by which labels it is split. */
export interface MetricDefinition<Label extends string = string, Type extends MetricType = MetricType> {
  /** `gatehouse_<room>_<what>_<unit>`, or `claude_...` for what the public guide names; counters end in `_total`. */
  name: string;
  type: Type;
  help: string;
  labels: readonly Label[];
  /** Which parts show it. */
  roles: readonly MetricRole[];
  /** What it is for several processes together; the sum, where nothing else is said. */
  together?: 'max';
}
