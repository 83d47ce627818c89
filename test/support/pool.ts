import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/index.ts';
import type {
  AttemptInjection,
  AttemptOutcome,
  AttemptSession,
  JobOwner,
  JobPermissions,
  JobRequest,
  ProgressEvent,
} from '../../src/jobs/index.ts';
import { openProvider } from '../../src/model/index.ts';
import { createPool, type Pool } from '../../src/pool/index.ts';
import { type Logger, silentLogger, type Tracer } from '../../src/telemetry/index.ts';
import { memoryArtifacts } from './memory-artifacts.ts';

export interface TestPool {
  pool: Pool;
  dataDir: string;
  /** Runs one attempt; everything that was reported stands beside its outcome. */
  run(request: JobRequest, options?: RunOptions): Promise<TestRun>;
  close(): Promise<void>;
}

export interface TestRun {
  outcome: AttemptOutcome;
  events: ProgressEvent[];
  files: Map<string, Buffer>;
  injected: AttemptInjection[];
}

export interface RunOptions {
  timeoutMs?: number;
  signal?: AbortSignal;
  permissions?: JobPermissions;
  owner?: Partial<JobOwner>;
  session?: AttemptSession;
  traceparent?: string;
  onEvent?: (event: ProgressEvent) => void | Promise<void>;
}

export interface TestPoolOptions {
  /** `a.b.c=value`. */
  set?: string[];
  env?: NodeJS.ProcessEnv;
  dataDir?: string;
  logger?: Logger;
  tracer?: Tracer;
}

/** A pool with the real CLI and, unless env has a key, the stand-in model. */
export async function openTestPool(options: TestPoolOptions = {}): Promise<TestPool> {
  const { set = [], env = {}, logger = silentLogger, tracer } = options;
  const dataDir = options.dataDir ?? (await openFolder());
  // A worker is started for each job alone unless a test wants it otherwise.
  const config = loadConfig({ dataDir, cwd: dataDir, set: ['pool.warm.min=0', 'pool.warm.max=0', ...set] });
  const provider = await openProvider(config, env, logger);
  const budget = { charge() {}, close: async () => {} };
  const pool = await createPool({ config, logger, provider, budget, ...(tracer && { tracer }) });
  return {
    pool,
    dataDir,
    async run(request, options = {}) {
      const {
        timeoutMs = 45_000,
        signal = new AbortController().signal,
        permissions = {},
        owner,
        session,
        traceparent,
        onEvent,
      } = options;
      const artifacts = memoryArtifacts();
      const events: ProgressEvent[] = [];
      const injected: AttemptInjection[] = [];
      const outcome = await pool.run(
        {
          jobId: randomUUID(),
          attempt: 1,
          requestId: 'request-1',
          owner: { tenant: 'default', client: 'service-a', tier: 'pro', keyId: 'key_test', ...owner },
          permissions,
          request,
          timeoutMs,
          artifacts,
          recordInjected: async (given) => void injected.push(...given),
          ...(session && { session }),
          ...(traceparent !== undefined && { traceparent }),
        },
        async (event) => {
          events.push(event);
          await onEvent?.(event);
        },
        signal,
      );
      return { outcome, events, files: artifacts.kept, injected };
    },
    async close() {
      await pool.close(0);
      await provider.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A folder that workers with a uid of their own can pass through. */
async function openFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-test-pool-'));
  await chmod(path, 0o711);
  return path;
}

/** All text that was reported. */
export function textOf(events: ProgressEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.text : '')).join('');
}
