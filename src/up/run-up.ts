import { rmSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { type Config, namesRedis } from '../config/index.ts';
import { banner, warnings } from './banner.ts';
import { Installation } from './installation.ts';
import { type Layout, makeFolders } from './layout.ts';
import { endLeftovers, recordChildren } from './leftovers.ts';
import { acquireLock } from './lock.ts';
import { createProgress, type Progress } from './progress.ts';
import { readyLine } from './ready.ts';
import { redisSocket } from './redis-socket.ts';
import { listenForShutdown, type ShutdownSignals } from './shutdown-signals.ts';
import { startInstallation } from './start.ts';
import { StartError } from './start-error.ts';

/** Of one log while it is written; as much again lies in its `.1`. */
const MAX_LOG_BYTES = 64 * 1024 * 1024;
const ROTATE_EVERY_MS = 5_000;

export interface UpOptions {
  config: Config;
  /** Any free port for everything. */
  freePorts: boolean;
  /** Print one line of JSON instead of text once everything runs. */
  json: boolean;
  /** The file that Node runs for a `gatehouse` command: roles are started as `gatehouse serve`. */
  mainFile: string;
  env: NodeJS.ProcessEnv;
  /** Gets what `up` prints once everything runs. */
  stdout: Writable;
  /** Gets everything else. */
  stderr: Writable;
}

/**
 * Runs everything on this machine until SIGINT, SIGTERM or SIGHUP, then drains and ends it. A second signal ends
 * it at once.
 * @returns the exit code: 0 after a drain, 1 when it could not start, which is said on stderr
 */
export async function runUp(options: UpOptions): Promise<number> {
  // A terminal that is closed must not keep the children from being ended.
  for (const stream of [options.stdout, options.stderr]) stream.on('error', () => {});
  const progress = createProgress(options.stderr, () => performance.now());
  const signals = listenForShutdown(process);
  try {
    const places = await makeFolders(options.config.dataDir);
    const lock = acquireLock(places, options.config.dataDir);
    try {
      await endLeftoversOf(places, progress);
      await run(options, places, progress, signals).finally(() => removeRunFiles(places));
    } finally {
      lock.release();
    }
    return signals.exitCode();
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    progress.say(`gatehouse up cannot start: ${error.message}`);
    return 1;
  } finally {
    signals.dispose();
  }
}

async function endLeftoversOf(places: Layout, progress: Progress): Promise<void> {
  const ended = await endLeftovers(places.childrenFile);
  if (ended.length > 0) progress.say(`Ended what a killed start had left running: ${ended.join(', ')}.`);
}

async function run(
  options: UpOptions,
  places: Layout,
  progress: Progress,
  signals: ShutdownSignals,
): Promise<void> {
  const { config, freePorts, mainFile, env } = options;
  const socket = namesRedis(config.redis) ? undefined : redisSocket(places.runDir);
  const installation = new Installation({ say: progress.say, onPid: recordChildren(places.childrenFile) });
  const stopped = aborted(signals.stop);
  const rotation = setInterval(() => installation.rotateLogs(MAX_LOG_BYTES), ROTATE_EVERY_MS);
  try {
    const starting = startInstallation({
      ...{ config, freePorts, mainFile, env, places, installation, progress },
      redisSocketPath: socket?.path,
    });
    const ready = await Promise.race([starting, stopped]);
    if (ready === undefined) {
      await installation.abandon(signals.quick);
      await starting.catch(() => undefined);
      return;
    }
    if (options.json) for (const warning of warnings(ready)) progress.say(warning);
    options.stdout.write(options.json ? `${readyLine(ready)}\n` : banner(ready));
    await stopped;
    progress.say('Stopping: requests and jobs in flight may finish; a second Ctrl-C ends them at once.');
    await installation.drain(ready.config, signals.quick);
    progress.say('Stopped.');
  } catch (error) {
    await installation.abandon(signals.quick);
    throw error;
  } finally {
    clearInterval(rotation);
    if (socket !== undefined) rmSync(socket.temporaryFolder ?? socket.path, { recursive: true, force: true });
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/** Other commands take a resolved configuration for a running installation. */
function removeRunFiles(places: Layout): void {
  for (const file of [places.configFile, places.envoyDir, places.jaegerFile, places.childrenFile]) {
    rmSync(file, { recursive: true, force: true });
  }
}
