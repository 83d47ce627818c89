import { stringify } from 'yaml';
import { ALERTS, type Alert, alertExpression } from './alerts.ts';

const HEADER = `# Generated from src/telemetry/alerts.ts by \`scripts/node scripts/reference.ts\`. docs/metrics.md says how to use it, and
# docs/runbooks/ what to do when one of them fires.
`;

/** The alerts as a rule file for Prometheus, one group of them. */
export function alertRules(alerts: readonly Alert[] = ALERTS): string {
  const rules = alerts.map((alert) => ({
    alert: alert.name,
    expr: alertExpression(alert),
    for: `${alert.forMs / 1000}s`,
    labels: { severity: alert.severity },
    annotations: {
      summary: alert.summary,
      description: `{{ $value | humanize }} is over ${alert.above} (${alert.unit}).`,
      runbook: `docs/runbooks/${alert.runbook}.md`,
    },
  }));
  return HEADER + stringify({ groups: [{ name: 'gatehouse', rules }] }, { lineWidth: 0 });
}
