import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Config } from '../config/index.ts';
import type { JobStore } from '../jobs/index.ts';
import type { StreamPlaces } from '../ratelimit/index.ts';
import type { Tracer } from '../telemetry/index.ts';
import type { Inject } from './inject.ts';
import type { JobDefaults } from './limits.ts';
import type { ProblemCode } from './problem.ts';
import type { RequestLog } from './request-log.ts';

/** What every handler may use. */
export interface ApiContext {
  store: JobStore;
  log: RequestLog;
  tracer: Tracer;
  streams: StreamPlaces;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Aborted when callers are to go elsewhere: streams end between two events, to be taken up again there. */
  draining: AbortSignal;
  /** Aborted when there is no more time, and draining with it: waits end early. */
  closing: AbortSignal;
  /** Whether jobs are refused while no model provider can be asked. */
  refuseWhileUnavailable: boolean;
  /** What a request's context can name. */
  workspaces: Config['workspaces'];
  /** What a job gets that does not say. */
  defaults: JobDefaults;
  /** Adds what the configuration has for the request's route and tier. */
  inject: Inject;
}

/** One answer of a route, for the API's description. */
export interface Answer {
  description: string;
  /** Name of the schema among the components of the description. */
  schema?: { name: string; schema: z.ZodType };
  contentType?: string;
  headers?: Record<string, string>;
}

export interface Parameter {
  in: 'path' | 'query' | 'header';
  name: string;
  description: string;
  schema: z.ZodType;
}

/** A route as /openapi.json describes it. */
export interface Operation {
  id: string;
  summary: string;
  parameters?: readonly Parameter[];
  body?: { name: string; schema: z.ZodType };
  answers: Record<number, Answer>;
  problems: readonly ProblemCode[];
}

export interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  /** Fastify's form: `/claude/status/:jobId`. */
  path: string;
  /** Whether HEAD answers as well; not for streams, which have no end to wait for. */
  head: boolean;
  /** Whether only requests with an identity assertion get in. */
  access: 'open' | 'asserted';
  operation: Operation;
  handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
}
