import type { ProviderState, SourceState } from './overview.ts';

export type PartState = 'ok' | 'degraded' | 'down' | 'unknown';

/** A process, or several that share an address. */
export interface PartHealth {
  part: 'authz' | 'ratelimit' | 'api' | 'worker' | 'admin' | 'envoy' | 'redis';
  address: string;
  /** degraded: it answers, and says that it is not ready. */
  state: PartState;
  /** Why it is not ok, for people. */
  reason: string | null;
  version: string | null;
  /** When the process started. */
  startedAt: string | null;
  memoryBytes: number | null;
  eventLoopLagMs: number | null;
}

/** An upstream host, as Envoy's health checks and outlier detection see it. */
export interface EnvoyHost {
  cluster: string;
  address: string;
  state: 'healthy' | 'unhealthy' | 'degraded' | 'ejected' | 'unknown';
  /** Why not, as Envoy says it: `failed_active_health_check` ... */
  flags: string[];
  /** 0 is asked first; 1 stands by. */
  priority: number;
  requests: number | null;
  errors: number | null;
}

export interface RedisHealth {
  version: string;
  mode: string;
  role: string;
  usedBytes: number;
  /** null without a bound. */
  maxBytes: number | null;
  evictionPolicy: string;
  clients: number;
  opsPerS: number;
  latencyMs: number;
}

/** A process that runs jobs. */
export interface WorkerProcess {
  name: string;
  /** Jobs that it can run at once. */
  places: number;
}

/** `GET /api/health` */
export interface Health {
  at: string;
  parts: PartHealth[];
  /** null while Envoy's admin interface does not answer. */
  envoyHosts: EnvoyHost[] | null;
  /** null while Redis does not answer. */
  redis: RedisHealth | null;
  providers: ProviderState[] | null;
  workers: WorkerProcess[] | null;
  versions: { gatehouse: string; node: string; envoy: string | null; redis: string | null };
  sources: SourceState[];
}

/** `GET /health`, and `GET /ready`: 503 while Redis is away. */
export interface RoleState {
  status: 'ok' | 'ready' | 'not ready';
  /** Why it is not ready. */
  reason?: string;
}
