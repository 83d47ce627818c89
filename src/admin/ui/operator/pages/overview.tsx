import type { ComponentChildren } from 'preact';
import type { Overview } from '../../../contract.ts';
import { compact, count, duration, percent, plural, rate, relative, usd } from '../../shared/format.ts';
import { Empty, Meter, PageTitle, Section, Trouble } from '../../shared/page-parts.tsx';
import { StateMark } from '../../shared/state-mark.tsx';
import { useNow } from '../../shared/use-now.ts';
import { areRequestsFailing } from '../failing-requests.ts';
import { Graph } from '../graph.tsx';
import { JobRows } from '../job-rows.tsx';
import { Link } from '../router.tsx';
import { missingSentence, stateSentence } from '../sentences.ts';
import { useSession } from '../session.ts';
import { useHistory } from '../use-history.ts';

const SERIES = [
  ...(['requestsPerS', 'clientErrorsPerS', 'serverErrorsPerS', 'limitedPerS'] as const),
  ...(['latencyP50Ms', 'latencyP95Ms', 'queueDepth', 'runningJobs', 'tokensPerHour'] as const),
];
const NEWEST_JOBS = 8;

/** What goes on, at a glance. */
export function OverviewPage() {
  const { live } = useSession();
  const { overview } = live;
  return (
    <>
      <PageTitle title="Overview">{overview ? stateSentence(overview) : 'Loading …'}</PageTitle>
      {overview && missingSentence(overview) !== '' && <Trouble message={missingSentence(overview)} />}
      {overview && <FigureStrip overview={overview} />}
      <Graphs />
      <div class="columns">
        {overview && <Alerts overview={overview} />}
        {overview && <Spending overview={overview} />}
        {overview && <Behind overview={overview} />}
      </div>
      <Section title="Newest jobs" aside={<Link to="/jobs">All jobs</Link>}>
        {live.jobs.length === 0 ? (
          <Empty>No job yet.</Empty>
        ) : (
          <JobRows caption="Newest jobs" jobs={live.jobs.slice(0, NEWEST_JOBS)} />
        )}
      </Section>
    </>
  );
}

function Figure({
  name,
  children,
  note,
  isBad = false,
}: {
  name: string;
  children: ComponentChildren;
  note?: string;
  isBad?: boolean;
}) {
  return (
    <div class={isBad ? 'figure bad' : 'figure'}>
      <dt>{name}</dt>
      <dd>
        <b>{children}</b>
        {note && <span class="quiet">{note}</span>}
      </dd>
    </div>
  );
}

const share = (part: number | null, whole: number | null) =>
  part === null || whole === null ? null : whole === 0 ? 0 : part / whole;

function FigureStrip({ overview: { figures } }: { overview: Overview }) {
  const { requestsPerS, serverErrorsPerS, clientErrorsPerS, limitedPerS } = figures;
  return (
    <dl class="figures" aria-label="Figures of the last minute">
      <Figure name="Requests" note="a second">
        {rate(requestsPerS)}
      </Figure>
      <Figure name="4xx">{percent(share(clientErrorsPerS, requestsPerS))}</Figure>
      <Figure name="5xx" isBad={areRequestsFailing(figures)}>
        {percent(share(serverErrorsPerS, requestsPerS))}
      </Figure>
      <Figure name="429">{percent(share(limitedPerS, requestsPerS))}</Figure>
      <Figure name="p50">{duration(figures.latencyP50Ms)}</Figure>
      <Figure name="p95">{duration(figures.latencyP95Ms)}</Figure>
      <Figure
        name="Waiting jobs"
        {...(figures.oldestJobMs !== null &&
          figures.oldestJobMs > 0 && { note: `oldest ${duration(figures.oldestJobMs)}` })}
      >
        {count(figures.queueDepth)}
      </Figure>
      <Figure name="Running jobs" note={`of ${plural(figures.workerPlaces ?? 0, 'place')}`}>
        {count(figures.runningJobs)}
      </Figure>
      <Figure name="Tokens" note="an hour">
        {compact(figures.tokensPerHour)}
      </Figure>
      <Figure name="Cost" note="an hour">
        {usd(figures.costUsdPerHour)}
      </Figure>
    </dl>
  );
}

function Graphs() {
  const { overview } = useSession().live;
  const history = useHistory(SERIES, overview);
  if (history === undefined) return null;
  const { times, values } = history;
  return (
    <div class="graphs">
      <Graph
        title="Requests a second"
        least={1}
        times={times}
        write={rate}
        lines={[
          { label: 'all', color: '--series-1', values: values('requestsPerS'), filled: true },
          { label: '4xx', color: '--series-2', dash: [6, 3], values: values('clientErrorsPerS') },
          { label: '429', color: '--series-3', dash: [2, 3], values: values('limitedPerS') },
          { label: '5xx', color: '--series-4', values: values('serverErrorsPerS') },
        ]}
      />
      <Graph
        title="Time to answer"
        least={100}
        times={times}
        write={duration}
        lines={[
          { label: 'p95', color: '--series-2', dash: [6, 3], values: values('latencyP95Ms') },
          { label: 'p50', color: '--series-1', values: values('latencyP50Ms') },
        ]}
      />
      <Graph
        title="Jobs"
        least={4}
        times={times}
        write={count}
        lines={[
          { label: 'running', color: '--series-1', values: values('runningJobs'), filled: true },
          { label: 'waiting', color: '--series-3', dash: [6, 3], values: values('queueDepth') },
        ]}
      />
      <Graph
        title="Tokens an hour"
        least={1_000}
        times={times}
        write={compact}
        lines={[{ label: 'tokens', color: '--series-1', values: values('tokensPerHour'), filled: true }]}
      />
    </div>
  );
}

function Alerts({ overview: { firing } }: { overview: Overview }) {
  const now = useNow();
  return (
    <Section title="Alerts" aside={<Link to="/health">All alerts</Link>}>
      {firing.length === 0 && <Empty>None fires.</Empty>}
      <ul class="lines">
        {firing.map(({ name, severity, summary, since }) => (
          <li key={name}>
            <StateMark tone={severity === 'critical' ? 'bad' : 'warn'}>{name}</StateMark>
            <span class="quiet">{relative(since, now)}</span>
            <p>{summary}</p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Spending({ overview: { budgets } }: { overview: Overview }) {
  return (
    <Section title="Budgets">
      {budgets === null && <Empty>Not known while Redis does not answer.</Empty>}
      {budgets?.length === 0 && <Empty>No tenant has one.</Empty>}
      <ul class="lines">
        {budgets?.map(({ tenant, period, spentUsd, limitUsd }) => (
          <li key={`${tenant} ${period}`}>
            <span>{tenant}</span>
            <span class="quiet">
              {usd(spentUsd)} of {usd(limitUsd)} a {period}
            </span>
            <Meter used={spentUsd} limit={limitUsd} label={`${tenant}, ${period}`} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

const STORE_TONES = { ok: 'good', down: 'bad', pending: 'quiet' } as const;
const STORE_WORDS = { ok: 'answers', down: 'does not answer', pending: 'not asked yet' };
const PROVIDER_TONES = { open: 'good', parked: 'warn', broken: 'bad' } as const;
const PROVIDER_WORDS = { open: 'answers', parked: 'asked for a pause', broken: 'fails: breaker open' };

/** What it all stands on: the store and the model providers. */
function Behind({ overview: { store, providers, figures } }: { overview: Overview }) {
  return (
    <Section title="Store and providers" aside={<Link to="/health">Every part</Link>}>
      <ul class="lines">
        <li>
          <span>Redis</span>
          <StateMark tone={STORE_TONES[store.state]}>{STORE_WORDS[store.state]}</StateMark>
          <span class="quiet">{duration(figures.redisLatencyMs)}</span>
          {store.isInUse === true && <p>Limits are decided by the fallback: {store.fallback}.</p>}
        </li>
        {providers?.map(({ name, state }) => (
          <li key={name}>
            <span>{name}</span>
            <StateMark tone={PROVIDER_TONES[state]}>{PROVIDER_WORDS[state]}</StateMark>
          </li>
        ))}
        <li>
          <span>Event loops</span>
          <span class="quiet">lag at most {duration(figures.eventLoopLagMs)}</span>
        </li>
      </ul>
    </Section>
  );
}
