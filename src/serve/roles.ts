import type { RecordLoad } from '../audit/index.ts';
import type { Config, LogComponent } from '../config/index.ts';
import type { Logger, Siblings } from '../telemetry/index.ts';

/** What a role can tell of how prompts are run here. */
export interface ExecutionFacts {
  model?: 'anthropic' | 'stand-in';
  sandbox?: 'bubblewrap' | 'none';
}

/** A role that runs in this process. */
export interface RunningRole extends ExecutionFacts {
  /** Sends away callers who would stay long; for roles that have such. */
  drain?(): void;
  /** Stops accepting, lets what runs finish within graceMs, cuts the rest. */
  close(graceMs: number): Promise<void>;
}

export interface StartOptions {
  config: Config;
  logger: Logger;
  /** The processes that serve the same roles together with this one. */
  siblings?: Siblings | undefined;
  /** Told of what a role reads and goes by from then on. */
  recordLoad: RecordLoad;
}

export interface RoleDefinition {
  /** What its log lines are of, unless another component writes them. */
  component: LogComponent;
  /** @throws an Error for people when it cannot start */
  start(options: StartOptions): Promise<RunningRole>;
  /** How long what runs may take to finish at shutdown. */
  graceMs(config: Config): number;
  /** Addresses that several processes can serve together; or why there is one process, and what to do in place of more. */
  workers: { addresses: readonly ListenName[] } | { alone: string };
}

export type ListenName = keyof Config['listen'];

/** A decision takes milliseconds, an answer of the api that waits for a job at most a minute longer than Envoy does. */
const REQUEST_GRACE_MS = 5_000;

/**
 * Every role, in the order in which they stop. Each loads its code only when it is started, so that a process
 * holds what its own roles need and nothing else.
 */
export const ROLES = {
  api: {
    component: 'api',
    start: async (options) => (await import('../api/index.ts')).startApi(options),
    graceMs: () => REQUEST_GRACE_MS,
    workers: { addresses: ['api', 'apiHttp'] },
  },
  worker: {
    component: 'pool',
    start: async (options) => (await import('../pool/index.ts')).startWorker(options),
    graceMs: (config) => config.pool.drainTimeout.ms,
    workers: { alone: 'its own processes are those of Claude Code, of which pool.workers says how many' },
  },
  authz: {
    component: 'authz',
    start: async (options) => (await import('../authz/index.ts')).startAuthz(options),
    graceMs: () => REQUEST_GRACE_MS,
    workers: { addresses: ['authz', 'authzHttp'] },
  },
  ratelimit: {
    component: 'ratelimit',
    start: async (options) => (await import('../ratelimit/index.ts')).startRatelimit(options),
    graceMs: () => REQUEST_GRACE_MS,
    workers: { addresses: ['ratelimit', 'ratelimitHttp'] },
  },
  admin: {
    component: 'admin',
    start: async (options) => (await import('../admin/index.ts')).startAdmin(options),
    graceMs: () => REQUEST_GRACE_MS,
    workers: { alone: 'operators need no more' },
  },
} as const satisfies Record<string, RoleDefinition>;

export type RoleName = keyof typeof ROLES;

/** In the order in which they stop. */
export const ROLE_NAMES = Object.keys(ROLES) as RoleName[];

/** @throws an Error that names the role that there is not, and those that there are */
export function parseRoles(names: readonly string[]): RoleName[] {
  const unknown = names.find((name) => !Object.hasOwn(ROLES, name));
  if (unknown !== undefined) throw new Error(`There is no role ${unknown}: use ${ROLE_NAMES.join(', ')}.`);
  return ROLE_NAMES.filter((name) => names.includes(name));
}
