import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AttemptContext,
  type ModelSession,
  openProvider,
  type Provider,
  startModelProxy,
} from '../../src/model/index.ts';
import { type Logger, silentLogger } from '../../src/telemetry/index.ts';
import { attemptContext, workerOf } from './model-provider.ts';
import { modelConfig } from './model-settings.ts';

/** A proxy in front of providers, with an attempt that has begun, and a worker that may ask. */
export interface WorkerProxy {
  provider: Provider;
  session: ModelSession;
  worker: ReturnType<typeof workerOf>;
  close(): Promise<void>;
}

export interface WorkerProxyOptions {
  /** Settings of config.model, as in the file. */
  model: Record<string, unknown>;
  /** Settings of config.budgets. */
  budgets?: Record<string, unknown>;
  attempt?: Partial<AttemptContext>;
  surroundings?: Parameters<typeof openProvider>[3];
  limits?: { requestTimeoutMs?: number; idleTimeoutMs?: number };
  logger?: Logger;
}

export async function openWorkerProxy(options: WorkerProxyOptions): Promise<WorkerProxy> {
  const { model, budgets, attempt, surroundings, limits, logger = silentLogger } = options;
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-worker-proxy-'));
  const socketPath = join(folder, 'model.sock');
  const env = { ANTHROPIC_API_KEY: 'sk-test' };
  const provider = await openProvider(modelConfig(model, budgets), env, logger, surroundings);
  const proxy = await startModelProxy({
    provider,
    socketPath,
    logger,
    limits: { requestTimeoutMs: 10_000, idleTimeoutMs: 5_000, ...limits },
  });
  const worker = workerOf(socketPath);
  return {
    provider,
    session: proxy.begin(attemptContext(attempt)),
    worker,
    async close() {
      await worker.close();
      await proxy.close();
      await provider.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
