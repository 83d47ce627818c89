import type { Config } from '../../config/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { findTool, missingTool } from '../../toolchain/index.ts';
import { PoolError } from '../errors.ts';
import { BubblewrapSandbox, probeBubblewrap } from './bubblewrap.ts';
import { type StartPrograms, type WorkerIdentity, workerIdentity } from './identity.ts';
import { findStartProgram } from './probe.ts';
import type { Sandbox } from './sandbox.ts';
import { Unsandboxed } from './unsandboxed.ts';

/**
 * Decides how this process runs workers, once. With pool.sandbox `auto` it is bubblewrap where bubblewrap
 * really works here, else no sandbox and no tools.
 * @throws PoolError sandbox_unavailable where pool.sandbox is `bubblewrap` and bubblewrap does not work
 */
export async function openSandbox(config: Config, logger: Logger): Promise<Sandbox> {
  const identify = await identifier(config, logger);
  const wanted = config.pool.sandbox;
  if (wanted === 'none') {
    return unsandboxed(identify, logger, 'pool.sandbox is none');
  }
  const bwrap = findTool('bwrap', config.pool.bwrapPath);
  const found =
    bwrap === undefined
      ? { ok: false as const, reason: missingTool('bwrap', config.pool.bwrapPath) }
      : await probeBubblewrap(bwrap, identify(0));
  if (found.ok) return new BubblewrapSandbox(found.bubblewrap, identify);
  if (wanted === 'auto') return unsandboxed(identify, logger, found.reason);
  throw new PoolError(
    'sandbox_unavailable',
    `pool.sandbox is bubblewrap, but bubblewrap does not work here: ${found.reason}`,
  );
}

async function identifier(config: Config, logger: Logger): Promise<(slot: number) => WorkerIdentity> {
  const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const identify = (slot: number, programs: StartPrograms) =>
    workerIdentity(self, config.pool, slot, programs);
  const setpriv = await findStartProgram('setpriv', (path) => identify(0, { setpriv: path }));
  const prlimit = await findStartProgram('prlimit', (path) => identify(0, { setpriv, prlimit: path }));
  if (prlimit === undefined) {
    logger.warn(
      {},
      'Nothing bounds the processes and files of workers: util-linux has no prlimit that works',
    );
  }
  return (slot) => identify(slot, { setpriv, prlimit });
}

function unsandboxed(identify: (slot: number) => WorkerIdentity, logger: Logger, reason: string): Sandbox {
  const sandbox = new Unsandboxed(identify, reason);
  logger.warn({ reason }, sandbox.warning);
  return sandbox;
}
