import { randomBytes } from 'node:crypto';
import type { Config } from '../config/index.ts';
import type { Canary } from '../inspect/index.ts';
import { jobLogFields, type RunAttempt } from '../jobs/index.ts';
import type { Provider } from '../model/index.ts';
import type { TokenBudget } from '../ratelimit/index.ts';
import { checkSkills, SkillCache } from '../skills/index.ts';
import { type Logger, silentTracer, type Tracer } from '../telemetry/index.ts';
import { findTool, missingTool } from '../toolchain/index.ts';
import { openWorkspaces } from '../workspaces/index.ts';
import { stoppedOutcome } from './attempt/outcome.ts';
import { type AttemptSurroundings, runAttempt } from './attempt/run-attempt.ts';
import { StopSignal } from './attempt/stop-signal.ts';
import { openCgroups } from './cgroup/open-cgroups.ts';
import { cliBinary } from './folders/cli-binary.ts';
import { openRuntimeFolder } from './folders/runtime-folder.ts';
import { openSandbox } from './sandbox/open-sandbox.ts';
import { Slots } from './schedule/slots.ts';
import { PoolCounts, type PoolStats } from './stats.ts';
import { Fleet } from './workers/fleet.ts';

/** The workers of this process. */
export interface Pool {
  sandbox: 'bubblewrap' | 'none';
  /** Runs one attempt; more than config.pool.workers at once wait for each other. */
  run: RunAttempt;
  stats(): PoolStats;
  /** Whether there is a CLI to run, which is looked for anew. */
  canRun(): boolean;
  /** Starts no more workers in advance, because soon no more attempts come. */
  drain(): void;
  /** Takes no more attempts, lets those that run finish within graceMs, then stops them. Removes every file. */
  close(graceMs: number): Promise<void>;
}

/**
 * Opens the pool: decides about the sandbox and makes its folder. Workers are started in advance and as attempts come.
 * @throws PoolError when there can be no sandbox as configured, or no folder for workers; ConfigError for skills that
 * cannot be used
 */
export async function createPool(options: {
  config: Config;
  logger: Logger;
  /** Absent: nothing is traced. */
  tracer?: Tracer;
  provider: Provider;
  budget: TokenBudget;
  /** Called where a model wrote the marker of its system prompt. */
  onPromptLeak?(): void;
}): Promise<Pool> {
  const { config, logger, tracer = silentTracer, provider, budget, onPromptLeak = () => {} } = options;
  await checkSkills(config);
  const sandbox = await openSandbox(config, logger);
  const worker = sandbox.identity(0);
  const cgroups = await openCgroups(config.pool, worker, logger);
  const runtimeFolder = await openRuntimeFolder(config.dataDir, worker, logger);
  const find = () => findTool('claude', config.pool.claudePath);
  if (find() === undefined)
    logger.warn({ code: 'cli_missing' }, missingTool('claude', config.pool.claudePath));
  const { repositories, gitPath } = config.workspaces;
  if (Object.keys(repositories).length > 0 && findTool('git', gitPath) === undefined)
    logger.warn({ code: 'git_missing' }, missingTool('git', gitPath));
  const counts = new PoolCounts();
  const fleet = new Fleet(
    { config, logger, provider, sandbox, cgroups, runtimeFolder },
    cliBinary(find, runtimeFolder.path, worker),
    counts,
  );
  const makeCanary = config.inspection.canary ? await canarySource() : undefined;
  const workspaces =
    sandbox.confine &&
    openWorkspaces({
      ...{ config, logger, environment: process.env, now: Date.now },
      places: {
        fetches: new Slots(config.workspaces.fetches),
        copies: new Slots(config.workspaces.copies),
      },
    });
  const surroundings: AttemptSurroundings = {
    ...{ config, logger, tracer, provider, budget, fleet, workspaces },
    skillCache: new SkillCache(Date.now),
    sandbox: sandbox.kind,
    ...{ makeCanary, onPromptLeak },
  };
  const slots = new Slots(config.pool.workers);
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  let attempts = 0;
  let open = true;

  const keep = (work: Promise<unknown>) => {
    const settled = work.then(
      () => {},
      () => {},
    );
    running.add(settled);
    void settled.then(() => running.delete(settled));
  };

  const run: RunAttempt = async (attempt, report, signal) => {
    const stop = new StopSignal(attempt.timeoutMs, AbortSignal.any([signal, closing.signal]));
    try {
      const slot = await slots.acquire(stop.signal);
      if (slot === undefined) return stoppedOutcome(stop.reason ?? 'canceled', attempt);
      try {
        const { outcome, settled } = await runAttempt(
          { ...surroundings, logger: logger.child(jobLogFields(attempt, attempt.attempt)) },
          attempt,
          report,
          stop,
        );
        keep(settled.finally(slot.release));
        return outcome;
      } catch (error) {
        slot.release();
        throw error;
      }
    } finally {
      stop.dispose();
    }
  };

  return {
    sandbox: sandbox.kind,
    run(attempt, report, signal) {
      if (!open) return Promise.reject(new Error('The pool is closed.'));
      attempts += 1;
      const done = run(attempt, report, signal).finally(() => {
        attempts -= 1;
      });
      keep(done);
      return done;
    },
    stats: () => ({ running: attempts, waiting: fleet.waiting, ...counts }),
    canRun: () => find() !== undefined,
    drain: () => fleet.drain(),
    async close(graceMs) {
      open = false;
      fleet.drain();
      const cut = setTimeout(() => closing.abort(), graceMs);
      // What an attempt leaves to be done comes in only when the attempt is done.
      while (running.size > 0) await Promise.all(running);
      clearTimeout(cut);
      await fleet.close();
      await workspaces?.close();
      await runtimeFolder.remove().catch((err: unknown) => {
        logger.error({ err }, 'The folder of workers was not removed; the next start will try again');
      });
    },
  };
}

/** Loaded only where it is wanted: the room's model and rules come with it. */
async function canarySource(): Promise<() => Canary> {
  const { CANARY_BYTES, makeCanary } = await import('../inspect/index.ts');
  return () => makeCanary(randomBytes(CANARY_BYTES));
}
