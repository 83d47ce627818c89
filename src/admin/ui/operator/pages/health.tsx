import type { Alerts, Health, PartHealth } from '../../../contract.ts';
import { bytes, count, duration, plural, rate, relative, UNKNOWN } from '../../shared/format.ts';
import { Empty, Facts, PageTitle, Section, Table } from '../../shared/page-parts.tsx';
import { StateMark, type Tone } from '../../shared/state-mark.tsx';
import { useNow } from '../../shared/use-now.ts';
import { AlertsTable } from '../alerts-table.tsx';
import { Answered } from '../answered.tsx';
import { EnvoyHosts } from '../envoy-hosts.tsx';
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
