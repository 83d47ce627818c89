import { ALERTS, type Alert as AlertDefinition } from '../../telemetry/index.ts';
import type { Alert, FiringAlert } from '../contract.ts';
import { ALERT_COUNTS, ALERT_VALUES, type AlertFacts, type AlertValue } from './values.ts';

/** Judges alerts by what was read, as Prometheus would by the same definitions. */
export interface AlertJudge {
  /** @param nowMs since the epoch */
  judge(facts: AlertFacts, nowMs: number): Alert[];
}

/** @param alerts for tests, as are values and counts */
export function createAlertJudge(
  alerts: readonly AlertDefinition[] = ALERTS,
  values: Readonly<Record<string, AlertValue>> = ALERT_VALUES,
  counts: Readonly<Record<string, AlertValue>> = ALERT_COUNTS,
): AlertJudge {
  /** Since when each state holds. */
  const states = new Map<string, { state: Alert['state']; sinceMs: number }>();
  /** Since when the condition of each holds. */
  const met = new Map<string, number>();
  return {
    judge: (facts, nowMs) =>
      alerts.map(({ name, severity, summary, runbook, above, atLeast, forMs }) => {
        const value = values[name]?.(facts);
        const areEnough = atLeast === undefined || (counts[name]?.(facts) ?? 0) >= atLeast.count;
        if (value === undefined || value <= above || !areEnough) met.delete(name);
        else if (!met.has(name)) met.set(name, nowMs);
        const state = stateOf(value, met.get(name), forMs, nowMs);
        const known = states.get(name);
        const sinceMs = known?.state === state ? known.sinceMs : nowMs;
        states.set(name, { state, sinceMs });
        return {
          ...{ name, severity, summary, runbook: `docs/runbooks/${runbook}.md`, state },
          ...{ since: new Date(sinceMs).toISOString(), value: value ?? null, threshold: above },
        };
      }),
  };
}

function stateOf(
  value: number | undefined,
  metSinceMs: number | undefined,
  forMs: number,
  nowMs: number,
): Alert['state'] {
  if (value === undefined) return 'unknown';
  if (metSinceMs === undefined) return 'ok';
  return nowMs - metSinceMs >= forMs ? 'firing' : 'pending';
}

export function firing(alerts: readonly Alert[]): FiringAlert[] {
  return alerts
    .filter(({ state }) => state === 'firing')
    .map(({ name, severity, summary, runbook, since, value }) => ({
      ...{ name, severity, summary, runbook, since, value },
    }));
}
