import type { Config } from '../../src/config/index.ts';
import type { Provider } from '../../src/model/index.ts';
import { openRuntimeFolder } from '../../src/pool/folders/runtime-folder.ts';
import { openSandbox } from '../../src/pool/sandbox/open-sandbox.ts';
import { promptLine } from '../../src/pool/wire/input.ts';
import { launchWorker } from '../../src/pool/workers/launch.ts';
import { prime } from '../../src/pool/workers/prime.ts';
import { silentLogger as logger } from '../../src/telemetry/index.ts';
import { findTool, missingTool } from '../../src/toolchain/index.ts';

/** Not those of the pool beside it. */
const FIRST_UID = 61_500;

/**
 * Has a worker that is opened run one prompt, with nothing of api, queue and pool before it: what of the time to the
 * model is the CLI's own.
 * @returns when the prompt was written, in milliseconds since the epoch
 */
export async function runAlone(config: Config, provider: Provider, prompt: string): Promise<number> {
  const own = { ...config, pool: { ...config.pool, uid: FIRST_UID }, dataDir: `${config.dataDir}/alone` };
  const sandbox = await openSandbox(own, logger);
  const runtimeFolder = await openRuntimeFolder(own.dataDir, sandbox.identity(0), logger);
  const cli = findTool('claude');
  if (cli === undefined) throw new Error(missingTool('claude'));
  const surroundings = { config: own, logger, provider, sandbox, cgroups: undefined, runtimeFolder };
  const worker = await launchWorker(surroundings, {
    cli,
    slot: 0,
    release() {},
    maxTurns: 30,
    keepsSession: false,
    skills: [],
  });
  try {
    await prime(worker, config.model.name);
    const about = {
      jobId: 'alone',
      attempt: 1,
      requestId: 'request-1',
      tenant: 'bench',
      client: 'bench',
      tier: 'free',
    };
    worker.beginSession({ ...about, model: config.model.name, permissions: {} });
    const atMs = Date.now();
    worker.write(promptLine(prompt));
    while ((await worker.read())?.type !== 'result');
    return atMs;
  } finally {
    await worker.dispose();
    await runtimeFolder.remove();
  }
}
