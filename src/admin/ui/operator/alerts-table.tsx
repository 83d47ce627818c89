import type { Alert, Alerts } from '../../contract.ts';
import { count, relative, UNKNOWN } from '../shared/format.ts';
import { Empty, Table } from '../shared/page-parts.tsx';
import { StateMark, type Tone } from '../shared/state-mark.tsx';
import { useNow } from '../shared/use-now.ts';

const ALERT_TONES: Record<Alert['state'], Tone> = {
  firing: 'bad',
  pending: 'warn',
  ok: 'good',
  unknown: 'quiet',
};
const URGENCY: readonly Alert['state'][] = ['firing', 'pending', 'unknown', 'ok'];

/** All alerts, those that fire first. */
export function AlertsTable({ alerts: { alerts, judgedBy } }: { alerts: Alerts }) {
  const now = useNow();
  if (alerts.length === 0) return <Empty>No alert is defined.</Empty>;
  return (
    <>
      <Table
        caption="Alerts"
        head={
          <>
            <th scope="col">Alert</th>
            <th scope="col">State</th>
            <th scope="col">Severity</th>
            <th scope="col">Since</th>
            <th scope="col" class="number">
              Measured
            </th>
            <th scope="col" class="number">
              Fires at
            </th>
            <th scope="col">What to do</th>
          </>
        }
      >
        {byUrgency(alerts).map((alert) => (
          <tr key={alert.name}>
            <th scope="row">
              {alert.name}
              <p class="quiet">{alert.summary}</p>
            </th>
            <td>
              <StateMark tone={ALERT_TONES[alert.state]}>{alert.state}</StateMark>
            </td>
            <td>{alert.severity}</td>
            <td>{relative(alert.since, now)}</td>
            <td class="number">{figure(alert.value)}</td>
            <td class="number">{figure(alert.threshold)}</td>
            <td class="mono">{alert.runbook}</td>
          </tr>
        ))}
      </Table>
      <p class="quiet">
        Judged by {judgedBy === 'prometheus' ? 'Prometheus' : 'this process, by what it reads itself'}.
      </p>
    </>
  );
}

function byUrgency(alerts: readonly Alert[]): Alert[] {
  return alerts.toSorted((a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state));
}

function figure(value: number | null): string {
  if (value === null) return UNKNOWN;
  return Math.abs(value) >= 1_000 ? count(value) : String(Number(value.toPrecision(3)));
}
