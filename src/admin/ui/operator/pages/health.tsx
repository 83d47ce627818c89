import type { Alert, Alerts, EnvoyHost, Health, PartHealth } from '../../../contract.ts';
import { bytes, count, duration, plural, rate, relative, UNKNOWN } from '../../shared/format.ts';
import { Empty, Facts, PageTitle, Section, Table } from '../../shared/page-parts.tsx';
import { StateMark, type Tone } from '../../shared/state-mark.tsx';
import { useNow } from '../../shared/use-now.ts';
import { Answered } from '../answered.tsx';
import { useAnswer } from '../use-answer.ts';

const EVERY_MS = 5_000;

/** Whether every part does what it is for. */
export function HealthPage() {
  const health = useAnswer<Health>('/api/health', EVERY_MS);
  const alerts = useAnswer<Alerts>('/api/alerts', EVERY_MS);
  return (
    <>
      <PageTitle title="Health">Every part, as it answers now.</PageTitle>
      <Answered asked={health}>{(answer) => <Parts health={answer} />}</Answered>
      <Section title="Alerts">
        <Answered asked={alerts}>{(answer) => <AlertsTable alerts={answer} />}</Answered>
      </Section>
    </>
  );
}

const PART_TONES: Record<PartHealth['state'], Tone> = {
  ok: 'good',
  degraded: 'warn',
  down: 'bad',
  unknown: 'quiet',
};

function Parts({ health }: { health: Health }) {
  const now = useNow();
  const { parts, redis, providers, workers, versions } = health;
  return (
    <>
      <Section title="Parts">
        <Table
          caption="Parts"
          head={
            <>
              <th scope="col">Part</th>
              <th scope="col">State</th>
              <th scope="col">Address</th>
              <th scope="col">Version</th>
              <th scope="col">Started</th>
              <th scope="col" class="number">
                Memory
              </th>
              <th scope="col" class="number">
                Event loop lag
              </th>
            </>
          }
        >
          {parts.map((part) => (
            <tr key={`${part.part} ${part.address}`}>
              <th scope="row">{part.part}</th>
              <td>
                <StateMark tone={PART_TONES[part.state]}>{part.state}</StateMark>
                {part.reason !== null && <p class="quiet">{part.reason}</p>}
              </td>
              <td class="mono">{part.address}</td>
              <td>{part.version ?? UNKNOWN}</td>
              <td>{relative(part.startedAt, now)}</td>
              <td class="number">{bytes(part.memoryBytes)}</td>
              <td class="number">{duration(part.eventLoopLagMs)}</td>
            </tr>
          ))}
        </Table>
      </Section>
      <Section title="Hosts behind Envoy">
        {health.envoyHosts === null ? (
          <Empty>Not known: Envoy's admin interface does not answer.</Empty>
        ) : (
          <EnvoyHosts hosts={health.envoyHosts} />
        )}
      </Section>
      <div class="columns">
        <Section title="Redis">
          {redis === null ? (
            <Empty>It does not answer.</Empty>
          ) : (
            <Facts
              facts={[
                ['Version', `${redis.version}, ${redis.mode}, ${redis.role}`],
                [
                  'Memory',
                  `${bytes(redis.usedBytes)} of ${redis.maxBytes === null ? 'any' : bytes(redis.maxBytes)}`,
                ],
                ['When full', redis.evictionPolicy],
                ['Connections', count(redis.clients)],
                ['Operations', `${rate(redis.opsPerS)} a second`],
                ['Answers in', duration(redis.latencyMs)],
              ]}
            />
          )}
        </Section>
        <Section title="Model providers">
          {providers === null && <Empty>Not known while Redis does not answer.</Empty>}
          <ul class="lines">
            {providers?.map(({ name, state, until }) => (
              <li key={name}>
                <span>{name}</span>
                <StateMark tone={({ open: 'good', parked: 'warn', broken: 'bad' } as const)[state]}>
                  {state}
                </StateMark>
                {until !== null && <span class="quiet">until {relative(until, now)}</span>}
              </li>
            ))}
          </ul>
        </Section>
        <Section title="Workers">
          {workers === null && <Empty>Not known while Redis does not answer.</Empty>}
          {workers?.length === 0 && <Empty>No process takes jobs.</Empty>}
          <ul class="lines">
            {workers?.map(({ name, places }) => (
              <li key={name}>
                <span class="mono">{name}</span>
                <span class="quiet">{plural(places, 'place')}</span>
              </li>
            ))}
          </ul>
          <p class="quiet">
            Gatehouse {versions.gatehouse}, Node {versions.node}, Envoy {versions.envoy ?? UNKNOWN}, Redis{' '}
            {versions.redis ?? UNKNOWN}
          </p>
        </Section>
      </div>
    </>
  );
}

const HOST_TONES: Record<EnvoyHost['state'], Tone> = {
  healthy: 'good',
  degraded: 'warn',
  unhealthy: 'bad',
  ejected: 'bad',
  unknown: 'quiet',
};

function EnvoyHosts({ hosts }: { hosts: readonly EnvoyHost[] }) {
  return (
    <Table
      caption="Hosts behind Envoy"
      head={
        <>
          <th scope="col">Cluster</th>
          <th scope="col">Host</th>
          <th scope="col">State</th>
          <th scope="col">Asked</th>
          <th scope="col" class="number">
            Requests
          </th>
          <th scope="col" class="number">
            Errors
          </th>
        </>
      }
    >
      {hosts.map((host) => (
        <tr key={`${host.cluster} ${host.address}`}>
          <th scope="row">{host.cluster}</th>
          <td class="mono">{host.address}</td>
          <td>
            <StateMark tone={HOST_TONES[host.state]}>{host.state}</StateMark>
            {host.flags.length > 0 && <p class="quiet">{host.flags.join(', ').replaceAll('_', ' ')}</p>}
          </td>
          <td>{host.priority === 0 ? 'first' : 'stands by'}</td>
          <td class="number">{count(host.requests)}</td>
          <td class="number">{count(host.errors)}</td>
        </tr>
      ))}
    </Table>
  );
}

const ALERT_TONES: Record<Alert['state'], Tone> = {
  firing: 'bad',
  pending: 'warn',
  ok: 'good',
  unknown: 'quiet',
};

function AlertsTable({ alerts: { alerts, judgedBy } }: { alerts: Alerts }) {
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

const URGENCY: readonly Alert['state'][] = ['firing', 'pending', 'unknown', 'ok'];

function byUrgency(alerts: readonly Alert[]): Alert[] {
  return alerts.toSorted((a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state));
}

function figure(value: number | null): string {
  if (value === null) return UNKNOWN;
  return Math.abs(value) >= 1_000 ? count(value) : String(Number(value.toPrecision(3)));
}
