import type { z } from 'zod';
import type { AuditLog } from '../audit/index.ts';
import type { FindingStore } from '../authz/index.ts';
import type { ProblemDetails } from '../http/index.ts';
import type { JobAdministration } from '../jobs/index.ts';
import type { LogLevelAdministration } from '../log-levels/index.ts';
import type { Spender } from '../model/index.ts';
import type { LimitAdministration } from '../ratelimit/index.ts';
import type { Collector } from './collect/collector.ts';
import type { Alerts, BudgetState } from './contract.ts';
import type { EventStream } from './event-stream.ts';
import type { TextInspector } from './inspection/try/text-inspector.ts';
import type { Survey } from './installation/survey.ts';
import type { JobListeners } from './jobs/live/listeners.ts';
import type { ReadJobTrace } from './jobs/trace/read-job-trace.ts';
import type { KeyAccess } from './keys/open.ts';
import type { LiveFeed } from './live/feed.ts';
import type { JobWatch } from './live/job-watch.ts';
import type { InstallationMetrics } from './metrics/read-all.ts';
import type { AdminOperation } from './openapi/operation.ts';
import type { AdminProblemCode } from './problem.ts';
import type { RecordSignIn } from './record-sign-in.ts';
import type { Entrance, Refusal } from './sign-in/entrance.ts';
import type { Permission, Visitor } from './sign-in/visitor.ts';

/** What every handler may use. */
export interface AdminContext {
  entrance: Entrance;
  recordSignIn: RecordSignIn;
  audit: AuditLog;
  limits: LimitAdministration;
  logLevels: LogLevelAdministration;
  metrics: InstallationMetrics;
  collector: Pick<Collector, 'latest' | 'history' | 'told' | 'redis'>;
  feed: Pick<LiveFeed, 'listen'>;
  jobWatch: Pick<JobWatch, 'newest'>;
  jobs: JobAdministration;
  /** Who says how alerts stand. */
  judgedBy: Alerts['judgedBy'];
  keys: KeyAccess;
  survey: Survey;
  findings: Pick<FindingStore, 'list'>;
  textInspector: Pick<TextInspector, 'inspect'>;
  /** What a new key, or a text to be tried, can name. */
  choices: { tiers: string[]; routes: string[] };
  /** What a tenant has spent of its budgets. */
  spendingOf(spender: Spender): Promise<BudgetState[]>;
  jobListeners: JobListeners;
  /** Where people look at a trace; undefined where nobody can. */
  traceUrl(traceId: string): string | undefined;
  readJobTrace: ReadJobTrace;
  /** Whether Redis answers, on which most of it depends. */
  isReady(): Promise<boolean>;
}

export type AdminAnswer =
  /** body: sent as JSON; absent for 204. */
  | { status: 200 | 201 | 204 | 503; body?: unknown; headers?: Record<string, string> }
  | ({ problem: AdminProblemCode } & ProblemDetails)
  | { refusal: Refusal }
  | { events: EventStream };

/** What came with a request, each part checked by its schema. */
export interface AdminRequest<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  /** Media types that the caller wants, as it said. */
  accept: string | undefined;
  /** The last event that the caller has, as it said. */
  lastEventId: string | undefined;
  /** Whence it comes, past the proxies that are trusted. */
  address: string;
  /** Whether the browser came by TLS, which a proxy in front of this ended. */
  isSecure: boolean;
}

/** Who may ask: anybody, a browser that wants to sign in, or a visitor with a permission. */
type Access = 'open' | 'sign_in' | Permission;

export interface AdminRoute {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Fastify's form: `/api/limits/overrides/:id`. */
  path: string;
  access: Access;
  operation: AdminOperation;
  params?: z.ZodType;
  /** Without one, no query is taken. */
  query?: z.ZodType;
  /** Without one, no body is read. */
  body?: z.ZodType;
  /** Of the body; without one 64 KiB. */
  maxBodyBytes?: number;
  handle(
    request: AdminRequest<unknown, unknown, unknown> & { visitor: Visitor | undefined },
    context: AdminContext,
  ): Promise<AdminAnswer>;
}

interface RouteDefinition<RouteAccess extends Access, Params, Query, Body> {
  method: AdminRoute['method'];
  path: string;
  access: RouteAccess;
  operation: AdminOperation;
  params?: z.ZodType<Params>;
  query?: z.ZodType<Query>;
  body?: z.ZodType<Body>;
  maxBodyBytes?: number;
  handle(
    request: AdminRequest<Params, Query, Body> &
      (RouteAccess extends Permission ? { visitor: Visitor } : object),
    context: AdminContext,
  ): Promise<AdminAnswer>;
}

/** A route whose handler sees what its own schemas let through, and a visitor where it takes one. */
export function defineRoute<
  RouteAccess extends Access,
  Params = undefined,
  Query = undefined,
  Body = undefined,
>(route: RouteDefinition<RouteAccess, Params, Query, Body>): AdminRoute {
  return route as AdminRoute;
}
