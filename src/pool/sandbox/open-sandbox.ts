import type { Config } from '../../config/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { findTool, missingTool } from '../../toolchain/index.ts';
import { PoolError } from '../errors.ts';
import { BubblewrapSandbox, probeBubblewrap } from './bubblewrap.ts';
import { type WorkerIdentity, workerIdentity } from './identity.ts';
import { findSetpriv } from './probe.ts';
import type { Sandbox } from './sandbox.ts';
import { Unsandboxed } from './unsandboxed.ts';

/**
 * Decides how this process runs workers, once. With pool.sandbox `auto` it is bubblewrap where bubblewrap
 * really works here, else no sandbox and no tools.
 * @throws PoolError sandbox_unavailable where pool.sandbox is `bubblewrap` and bubblewrap does not work
 */
export async function openSandbox(config: Config, logger: Logger): Promise<Sandbox> {
  const identify = await identifier(config);
  const wanted = config.pool.sandbox;
  if (wanted === 'none') {
    return unsandboxed(identify, logger, 'pool.sandbox is none');
  }
  const bwrap = findTool('bwrap', config.pool.bwrapPath);
  const found =
    bwrap === undefined
      ? { ok: false as const, reason: missingTool('bwrap') }
      : await probeBubblewrap(bwrap, identify(0));
  if (found.ok) return new BubblewrapSandbox(found.bubblewrap, identify);
  if (wanted === 'auto') return unsandboxed(identify, logger, found.reason);
  throw new PoolError(
    'sandbox_unavailable',
    `pool.sandbox is bubblewrap, but bubblewrap does not work here: ${found.reason}`,
  );
}

async function identifier(config: Config): Promise<(slot: number) => WorkerIdentity> {
  const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const firstUid = config.pool.uid;
  const setpriv = await findSetpriv((path) => workerIdentity(self, firstUid, 0, path));
  return (slot) => workerIdentity(self, firstUid, slot, setpriv);
}

function unsandboxed(identify: (slot: number) => WorkerIdentity, logger: Logger, reason: string): Sandbox {
  const sandbox = new Unsandboxed(identify, reason);
  logger.warn({ reason }, sandbox.warning);
  return sandbox;
}
