import cluster from 'node:cluster';
import { extname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createMetrics, type Logger, METRICS } from '../../telemetry/index.ts';
import { HEALTHY_AFTER_MS, restartDelayMs } from '../backoff.ts';
import { SERVE_ENVIRONMENT, SERVE_NODE_FLAGS } from '../memory.ts';
import type { SupervisorMessage } from '../parent-channel.ts';
import { Gathering } from './gather.ts';
import type { Job, StateName, States } from './messages.ts';
import { describeExit, WorkerProcess } from './worker.ts';

export interface WorkerGroupOptions {
  job: Job;
  count: number;
  logger: Logger;
}

/** Processes that serve the same roles at the same addresses. Connections go to one after the other. */
export interface WorkerGroup {
  /** @throws an Error for people where one cannot serve; all are ended then */
  start(): Promise<void>;
  tell(message: SupervisorMessage): void;
  /** Lets each finish within graceMs, then cuts it. */
  stop(graceMs: number): Promise<void>;
}

/** For workers that never served. */
const FAILED_START_GRACE_MS = 2_000;

/** One that ends by itself is started again, after a wait that grows while it goes on ending. */
export async function createWorkerGroup({ job, count, logger }: WorkerGroupOptions): Promise<WorkerGroup> {
  const stopping = new AbortController();
  const workers = new Set<WorkerProcess>();
  const kept: Promise<void>[] = [];
  const metrics = await createMetrics();
  const restarts = metrics.counter(METRICS.serveWorkerRestarts);
  const alive = metrics.gauge(METRICS.serveWorkers, (): void => alive.set(workers.size));
  const gathering = new Gathering(
    () => metrics.registry.getMetricsAsJSON(),
    (err) => logger.error({ code: 'internal_error', err }, 'what an ended worker counted was not added up'),
  );
  const worker = fileURLToPath(new URL(`./worker-process${extname(import.meta.filename)}`, import.meta.url));
  cluster.setupPrimary({
    exec: worker,
    args: [],
    execArgv: [...process.execArgv, ...SERVE_NODE_FLAGS],
    serialization: 'advanced',
  });

  async function askAll<Name extends StateName>(
    setting: string,
    state: Name,
  ): Promise<States[Name]['all'] | undefined> {
    const serving = [...workers].filter(({ serves }) => serves.has(setting));
    const all: Promise<States[StateName]['all']> =
      state === 'ready' ? gathering.isReady(setting, serving) : gathering.metrics(setting, serving);
    return (await all) as States[Name]['all'];
  }

  function begin(): WorkerProcess {
    const begun = new WorkerProcess(cluster.fork({ ...SERVE_ENVIRONMENT, ...process.env }), job, askAll);
    workers.add(begun);
    void begun.exited.then(() => {
      workers.delete(begun);
      gathering.depart(begun.id);
    });
    return begun;
  }

  async function keep(first: WorkerProcess): Promise<void> {
    let running = first;
    let failures = 0;
    while (true) {
      const servedMs = await servingTime(running);
      const exit = await running.exited;
      if (stopping.signal.aborted) return;
      failures = servedMs >= HEALTHY_AFTER_MS ? 1 : failures + 1;
      const waitMs = restartDelayMs(failures);
      logger.error(
        { code: 'worker_ended', pid: running.pid, reason: describeExit(exit) },
        `a worker process ended; another one is started in ${waitMs / 1000} s`,
      );
      await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      running = begin();
      restarts.inc();
    }
  }

  /** How long it served before it ended; one that cannot serve is ended. */
  async function servingTime(running: WorkerProcess): Promise<number> {
    try {
      await running.ready;
    } catch (error) {
      if (!stopping.signal.aborted) {
        logger.error(
          { code: 'worker_failed', pid: running.pid, err: error },
          'a worker process cannot serve',
        );
      }
      running.kill('SIGKILL');
      return 0;
    }
    const since = performance.now();
    logger.info({ pid: running.pid }, 'a worker process serves');
    await running.exited;
    return performance.now() - since;
  }

  async function end(ending: Iterable<WorkerProcess>, graceMs: number): Promise<void> {
    await Promise.all(
      [...ending].map(async (each) => {
        const cut = setTimeout(() => each.kill('SIGKILL'), graceMs);
        each.kill('SIGTERM');
        await each.exited;
        clearTimeout(cut);
      }),
    );
  }

  return {
    async start() {
      const first = Array.from({ length: count }, begin);
      try {
        await Promise.all(first.map(({ ready }) => ready));
      } catch (error) {
        stopping.abort();
        await end(first, FAILED_START_GRACE_MS);
        throw error;
      }
      kept.push(...first.map(keep));
    },
    tell(message) {
      for (const each of workers) each.tell(message);
    },
    async stop(graceMs) {
      stopping.abort();
      await end(workers, graceMs);
      await Promise.all(kept);
    },
  };
}
