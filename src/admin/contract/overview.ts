import type { FiringAlert } from './alerts.ts';

/** What is followed over time. Rates and times are those of the last minute. */
export type SeriesName =
  /** Answers that Envoy gave, all of them, by status class, and those with 429 (they are in 4xx as well). */
  | 'requestsPerS'
  | 'clientErrorsPerS'
  | 'serverErrorsPerS'
  | 'limitedPerS'
  /** How long requests took, but those that follow a job's events. */
  | 'latencyP50Ms'
  | 'latencyP95Ms'
  /** Requests that Envoy is answering now, streams included. */
  | 'activeRequests'
  | 'queueDepth'
  /** How long the job has waited that waits longest; 0 without one. */
  | 'oldestJobMs'
  | 'runningJobs'
  /** Jobs that all living worker processes can run at once. */
  | 'workerPlaces'
  /** Started in advance, and free. */
  | 'warmWorkers'
  /** What the last hour used, as far as the admin role has followed it. */
  | 'tokensPerHour'
  | 'costUsdPerHour'
  | 'redisLatencyMs'
  /** The longest of all roles' processes. */
  | 'eventLoopLagMs';

/** Where figures come from. Each is asked by itself, and one that is away takes only its own figures with it. */
export type SourceName = 'envoy' | 'redis' | 'authz' | 'ratelimit' | 'api' | 'worker' | 'prometheus';

export interface SourceState {
  source: SourceName;
  /** pending: not asked yet. */
  state: 'ok' | 'down' | 'pending';
  /** Since when it is so. */
  since: string;
  /** Why it is down, for people. */
  reason: string | null;
  /** When it last answered. */
  readAt: string | null;
}

export type Figures = Record<SeriesName, number | null>;

/** A model provider, as the workers' breakers see it. */
export interface ProviderState {
  name: string;
  /** parked: it asked for a pause; broken: it fails too often, and its breaker is open. */
  state: 'open' | 'parked' | 'broken';
  /** Until when it is not asked. */
  until: string | null;
}

/** What a tenant with a budget has spent of it. */
export interface BudgetState {
  tenant: string;
  period: 'day' | 'month';
  spentUsd: number;
  limitUsd: number;
  endsAt: string;
}

/** `GET /api/overview`, and every `overview` event of `GET /api/live`. */
export interface Overview {
  at: string;
  figures: Figures;
  sources: SourceState[];
  /** null while Redis is away. */
  providers: ProviderState[] | null;
  /** The budgets that are used up most, at most 20; null while Redis is away. */
  budgets: BudgetState[] | null;
  /** What counts while Redis cannot be asked; taken now where `isInUse`. */
  store: { state: 'ok' | 'down'; fallback: 'deny' | 'allow' | 'local'; isInUse: boolean | null };
  firing: FiringAlert[];
}

/** `GET /api/history?series=queueDepth,latencyP95Ms&minutes=60`: all series and 60 minutes where nothing is said. */
export interface History {
  /** When the first of the values is from. */
  from: string;
  stepMs: number;
  /** One value for each step, oldest first; null where it is not known. All are of one length. */
  series: Partial<Record<SeriesName, (number | null)[]>>;
}
