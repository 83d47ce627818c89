import type { z } from 'zod';
import type { AuditLog } from '../audit/index.ts';
import type { LogLevelAdministration } from '../log-levels/index.ts';
import type { LimitAdministration } from '../ratelimit/index.ts';
import type { AdminProblemCode } from './problem.ts';

/** What every handler may use. */
export interface AdminContext {
  audit: AuditLog;
  limits: LimitAdministration;
  logLevels: LogLevelAdministration;
  /** Whether Redis answers, on which all of it depends. */
  isReady(): Promise<boolean>;
}

export type AdminAnswer =
  /** body: sent as JSON; absent for 204. */
  { status: 200 | 201 | 204 | 503; body?: unknown } | { problem: AdminProblemCode; detail: string };

/** What came with a request, each part checked by its schema. */
export interface AdminRequest<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
}

export interface AdminRoute {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Fastify's form: `/api/limits/overrides/:id`. */
  path: string;
  /** Whether the admin token is needed. */
  access: 'open' | 'token';
  params?: z.ZodType;
  /** Without one, no query is taken. */
  query?: z.ZodType;
  /** Without one, no body is read. */
  body?: z.ZodType;
  handle(request: AdminRequest<unknown, unknown, unknown>, context: AdminContext): Promise<AdminAnswer>;
}

interface RouteDefinition<Params, Query, Body> {
  method: AdminRoute['method'];
  path: string;
  access: AdminRoute['access'];
  params?: z.ZodType<Params>;
  query?: z.ZodType<Query>;
  body?: z.ZodType<Body>;
  handle(request: AdminRequest<Params, Query, Body>, context: AdminContext): Promise<AdminAnswer>;
}

/** A route whose handler sees what its own schemas let through. */
export function defineRoute<Params = undefined, Query = undefined, Body = undefined>(
  route: RouteDefinition<Params, Query, Body>,
): AdminRoute {
  return route as AdminRoute;
}
