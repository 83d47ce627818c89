import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KeyAdministration, startAuthz, withKeyAdministration } from '../../src/authz/index.ts';
import { type Config, loadConfig } from '../../src/config/index.ts';
import { type LogLine, recordingLogger } from './recording-logger.ts';
import { startTestRedis, type TestRedis } from './redis.ts';

export interface TestAuthz {
  port: number;
  /** Of /health, /ready and /metrics. */
  httpPort: number;
  redis: TestRedis;
  config: Config;
  /** Does one thing with the keys, as the command does. */
  keys<T>(use: (keys: KeyAdministration) => Promise<T>): Promise<T>;
  assertionKey: Buffer;
  /** What authz logged so far. */
  lines: LogLine[];
  close(): Promise<void>;
}

/** The real authz on a free port, with a real Redis and fresh key files. @param set configuration, as `a.b=value` */
export async function startTestAuthz(...set: string[]): Promise<TestAuthz> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-authz-'));
  const assertionKey = randomBytes(32);
  await writeFile(join(dir, 'hash-key'), randomBytes(32).toString('hex'));
  await writeFile(join(dir, 'assertion-key'), assertionKey.toString('hex'));
  const redis = await startTestRedis();
  const removeAll = async () => {
    await redis.close();
    await rm(dir, { recursive: true, force: true });
  };
  const { logger, lines } = recordingLogger();
  const start = async () => {
    const config = loadConfig({
      dataDir: dir,
      cwd: dir,
      set: [
        'listen.authz=127.0.0.1:0',
        'listen.authzHttp=127.0.0.1:0',
        'telemetry.traces.exporter=none',
        `redis.url=${redis.address.url}`,
        'identity.apiKeys.hashKeyFile=hash-key',
        'identity.assertion.keyFile=assertion-key',
        // Nobody takes spans, and the log would say so.
        'telemetry.traces.exporter=none',
        ...set,
      ],
    });
    return { config, authz: await startAuthz({ config, logger }) };
  };
  const { config, authz } = await start().catch(async (error: unknown) => {
    await removeAll();
    throw error;
  });

  return {
    port: authz.port,
    httpPort: authz.httpPort,
    redis,
    config,
    keys: (use) => withKeyAdministration(config, 'test', use),
    assertionKey,
    lines,
    async close() {
      await authz.close(0);
      await removeAll();
    },
  };
}
