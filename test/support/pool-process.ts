import { loadConfig } from '../../src/config/index.ts';
import { openProvider } from '../../src/model/index.ts';
import { createPool } from '../../src/pool/index.ts';
import { silentLogger } from '../../src/telemetry/index.ts';
import { memoryArtifacts } from './memory-artifacts.ts';

/**
 * A process with a pool that runs one prompt and tells its parent the sandbox, each event and the outcome.
 * Arguments: data folder, prompt, then settings as `a.b.c=value`.
 */
const [dataDir = '', prompt = '', ...set] = process.argv.slice(2);
const tell = (message: object) => process.send?.(message);
const config = loadConfig({ dataDir, cwd: dataDir, set: ['pool.warm.min=0', 'pool.warm.max=0', ...set] });
const provider = await openProvider(config, {}, silentLogger);
const pool = await createPool({
  config,
  logger: silentLogger,
  provider,
  budget: { charge() {}, close: async () => {} },
});
tell({ sandbox: pool.sandbox });
const outcome = await pool.run(
  {
    jobId: 'job',
    attempt: 1,
    requestId: 'request-1',
    owner: { tenant: 'default', client: 'service-a', tier: 'pro', keyId: 'key_test' },
    permissions: {},
    request: { prompt },
    timeoutMs: 45_000,
    artifacts: memoryArtifacts(),
    recordInjected: async () => {},
  },
  async (event) => void tell({ event }),
  new AbortController().signal,
);
await pool.close(0);
await provider.close();
tell({ outcome });
process.disconnect?.();
