/** As in the rules for Prometheus: see docs/metrics.md and docs/runbooks/. */
export interface Alert {
  /** Such as `GatehouseQueueDepth`. */
  name: string;
  severity: string;
  /** One sentence. */
  summary: string;
  /** Where it says what to do: a path below docs/runbooks/. */
  runbook: string;
  /** pending: its condition holds, but not yet for as long as it has to; unknown: a figure is missing. */
  state: 'firing' | 'pending' | 'ok' | 'unknown';
  /** Since when it is so. */
  since: string | null;
  /** What was measured, in the unit of the threshold; null where it is not known. */
  value: number | null;
  threshold: number | null;
}

export type FiringAlert = Pick<Alert, 'name' | 'severity' | 'summary' | 'runbook' | 'since' | 'value'>;

/** `GET /api/alerts` */
export interface Alerts {
  /** Who judged: this process by what it reads itself, or the Prometheus that the configuration names. */
  judgedBy: 'gatehouse' | 'prometheus';
  alerts: Alert[];
}
