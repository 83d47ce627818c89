import { METRICS } from '../../telemetry/index.ts';
import { type AlertJudge, firing } from '../alerts/judge.ts';
import { unknownAlerts } from '../alerts/prometheus.ts';
import type { Alert, Overview, ProviderState, SourceName } from '../contract.ts';
import { FigureHistory } from '../history/history.ts';
import { type MetricsSource, SOURCE_ROLES, type SourceRole } from '../metrics/sources.ts';
import { figuresOf } from '../overview/figures.ts';
import type { Families } from './families.ts';
import { Measurements } from './measurements.ts';
import { type Reading, readFamilies } from './reading.ts';
import type { RedisReading } from './redis-reading.ts';
import { createSourceLog } from './source-log.ts';

/** What of the configuration the overview tells. */
export interface OverviewSettings {
  /** What counts while Redis cannot be asked. */
  onStoreFailure: Overview['store']['fallback'];
}

export interface CollectorOptions {
  /** The processes that tell metrics. */
  sources: readonly MetricsSource[];
  /** Reads what one of them tells, within a deadline. */
  read(source: MetricsSource): Promise<Families>;
  /** Reads what Redis knows, within a deadline. */
  readRedis(): Promise<RedisReading>;
  judge: AlertJudge;
  /** Asks a Prometheus how alerts stand, within a deadline, in place of the judge; undefined where there is none. */
  readAlerts?: (() => Promise<Alert[]>) | undefined;
  settings: OverviewSettings;
  /** Milliseconds since the epoch, of a clock that never steps back. */
  now(): number;
  /** When this process began, by that clock. */
  sinceMs: number;
}

/** All that was found out at one time. */
export interface Snapshot {
  overview: Overview;
  alerts: Alert[];
}

/** What a process told of itself. */
export interface Told {
  source: MetricsSource;
  families: Families;
}

/** What is known of the whole installation, and of its last hour, in bounded memory. */
export interface Collector {
  /** Reads everything once; while that goes on, nothing is read twice. Never rejects: what is away is said to be. */
  collect(): Promise<Snapshot>;
  /** What was found out last, if that is new enough; else what is found out now. */
  latest(): Promise<Snapshot>;
  history: FigureHistory;
  /** What the processes of a part told last time, each that did. */
  told(role: SourceRole): readonly Told[];
  redis(): RedisReading | undefined;
}

/** A step of what is remembered: 360 of them are an hour. */
const STEP_MS = 10_000;
const KEEP_MS = 3_600_000;
/** As new as what a page that follows is shown. */
const FRESH_MS = 2_000;
/** Longer than no store failure was seen, the fallback is taken to be over. */
const FALLBACK_WINDOW_MS = 60_000;

export function createCollector({
  sources,
  read,
  readRedis,
  judge,
  readAlerts,
  settings,
  now,
  sinceMs,
}: CollectorOptions): Collector {
  const measured = new Measurements({ sinceMs, stepMs: STEP_MS, keepMs: KEEP_MS });
  const history = new FigureHistory(STEP_MS);
  const names: SourceName[] = [...SOURCE_ROLES, 'redis', ...(readAlerts ? (['prometheus'] as const) : [])];
  const logs = new Map(names.map((source) => [source, createSourceLog(source, now)]));
  let told: readonly Told[] = [];
  let redis: RedisReading | undefined;
  let newest: Snapshot | undefined;
  let newestAtMs = 0;
  let collecting: Promise<Snapshot> | undefined;

  /** Each process of a part. One that is away has the part be down, and takes only its own figures with it. */
  async function readRole(role: SourceRole): Promise<Told[]> {
    const asked = sources.filter((source) => source.role === role);
    const answers = await Promise.allSettled(
      asked.map(async (source) => ({ source, families: await read(source) })),
    );
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed === undefined) logs.get(role)?.answered();
    else logs.get(role)?.failed(failed.reason);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  }

  /** @returns undefined where it does not answer */
  async function ask<Answer>(
    source: 'redis' | 'prometheus',
    read: () => Promise<Answer>,
  ): Promise<Answer | undefined> {
    try {
      const answer = await read();
      logs.get(source)?.answered();
      return answer;
    } catch (error) {
      logs.get(source)?.failed(error);
      return undefined;
    }
  }

  async function collectNow(): Promise<Snapshot> {
    const [answers, redisReading, toldAlerts] = await Promise.all([
      Promise.all(SOURCE_ROLES.map(readRole)),
      ask('redis', readRedis),
      readAlerts && ask('prometheus', readAlerts),
    ]);
    told = answers.flat();
    redis = redisReading;
    const nowMs = now();
    measured.take(told.map(reading(nowMs)), nowMs);
    const figures = figuresOf(measured, redis);
    history.take(figures, nowMs);
    const states = [...logs.values()].map((log) => log.state());
    const parts = SOURCE_ROLES.map((role) => logs.get(role)?.state().state === 'ok');
    const judged = judge.judge({ measured, redis, parts }, nowMs);
    const alerts = readAlerts === undefined ? judged : (toldAlerts ?? unknownAlerts());
    const fallback = measured.increase('ratelimitStoreFailures', FALLBACK_WINDOW_MS);
    const overview: Overview = {
      at: new Date(nowMs).toISOString(),
      figures,
      sources: states,
      providers: providerStates(ofRole('worker'), redis),
      budgets: redis?.budgets ?? null,
      store: {
        state: redis === undefined ? 'down' : 'ok',
        fallback: settings.onStoreFailure,
        isInUse: fallback === undefined ? null : fallback.amount > 0,
      },
      firing: firing(alerts),
    };
    newest = { alerts, overview };
    newestAtMs = nowMs;
    return newest;
  }

  function ofRole(role: SourceRole): readonly Told[] {
    return told.filter(({ source }) => source.role === role);
  }

  function collect(): Promise<Snapshot> {
    collecting ??= collectNow().finally(() => {
      collecting = undefined;
    });
    return collecting;
  }

  return {
    history,
    collect,
    latest: async () => (newest === undefined || now() - newestAtMs > FRESH_MS ? collect() : newest),
    told: ofRole,
    redis: () => redis,
  };
}

function reading(nowMs: number): (told: Told) => Reading {
  return ({ source: { role, instance }, families }) => readFamilies(role, instance, families, nowMs);
}

/** Those that the workers name, and those of which one has told the others. */
function providerStates(workers: readonly Told[], redis: RedisReading | undefined): ProviderState[] | null {
  if (redis === undefined) return null;
  const named = workers.flatMap(({ families }) =>
    families.samples(METRICS.modelBreakerState.name).map(({ labels }) => labels.provider ?? ''),
  );
  return [...new Set([...named, ...redis.unavailable.keys()])].map(
    (name) => redis.unavailable.get(name) ?? { name, state: 'open', until: null },
  );
}
