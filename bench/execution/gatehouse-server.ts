// Gatehouse's api, queue and pool in one process, with a Redis of their own. What comes before them, Envoy and authz,
// has a bench of its own.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi } from '../../src/api/index.ts';
import { createAssertionVerifier } from '../../src/authz/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { consumeJobs, openJobStore } from '../../src/jobs/index.ts';
import { openProvider } from '../../src/model/index.ts';
import { createPool, type Pool } from '../../src/pool/index.ts';
import { silentLogger as logger } from '../../src/telemetry/index.ts';
import { startTestRedis } from '../../test/support/redis.ts';
import { type Report, serveOrders } from './server.ts';
import { runAlone } from './worker-alone.ts';

const key = randomBytes(32);
const opened = new AsyncDisposableStack();
let pool: Pool | undefined;
let alone: ((prompt: string) => Promise<number>) | undefined;

async function start(modelUrl: string, set: string[]): Promise<Report> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-pool-'));
  await chmod(dataDir, 0o711);
  opened.defer(() => rm(dataDir, { recursive: true, force: true }));
  const redis = await startTestRedis();
  opened.defer(() => redis.close());
  const model = [`model.baseUrl=${modelUrl}`, 'model.provider=anthropic'];
  const config = loadConfig({
    dataDir,
    cwd: dataDir,
    set: [`redis.url=${redis.address.url}`, ...model, ...set],
  });
  const provider = await openProvider(config, { ANTHROPIC_API_KEY: 'bench' }, logger);
  opened.defer(() => provider.close());
  alone = (prompt) => runAlone(config, provider, prompt);
  const budget = { charge() {}, close: async () => {} };
  const ownPool = await createPool({ config, logger, provider, budget });
  pool = ownPool;
  opened.defer(() => ownPool.close(0));
  const { address } = redis;
  const consumer = consumeJobs(
    { address, config, logger, now: Date.now, availability: provider.availability },
    pool.run,
  );
  opened.defer(() => consumer.close(0));
  const store = await openJobStore({ address, config, logger, now: Date.now });
  opened.defer(() => store.close());
  const verify = createAssertionVerifier({ key, now: Date.now });
  const streams = { take: async () => ({ kind: 'open' as const, release() {} }) };
  const app = createApi({ config, store, verify, streams, logger, now: Date.now });
  opened.defer(() => app.close());
  app.server.listen(0, '127.0.0.1');
  await app.ready();
  if (!app.server.listening) await once(app.server, 'listening');
  return { type: 'listening', port: (app.server.address() as AddressInfo).port, key: key.toString('base64') };
}

serveOrders(async (order) => {
  if (order.type === 'start') return start(order.modelUrl, order.set);
  if (order.type === 'stop') {
    await opened.disposeAsync();
    return { type: 'stopped' };
  }
  if (pool === undefined || alone === undefined) throw new Error('not started');
  if (order.type === 'alone') return { type: 'wrote', atMs: await alone(order.prompt) };
  return { type: 'stats', stats: pool.stats() };
});
