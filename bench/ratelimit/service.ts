import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';
import { envoyproxyRatelimit } from '../../test/support/envoyproxy-ratelimit.ts';
import { freePort } from '../../test/support/free-port.ts';
import type { TestRedis } from '../../test/support/redis.ts';
import { HOST, type PinnedService, startPinned } from '../service/pinned.ts';

/** A rate limit service in a process of its own. */
export type BenchService = PinnedService<'gatehouse' | 'envoyproxy/ratelimit'>;

/** As `gatehouse up` runs it. @param transport as grpc.transport; the default's where it is absent */
export async function startGatehouse(
  redis: TestRedis,
  rules: string,
  transport?: Config['grpc']['transport'],
): Promise<PinnedService<'gatehouse'>> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  const file = join(dir, 'rules.yaml');
  await writeFile(file, rules);
  const port = await freePort();
  const set = {
    'listen.ratelimit': `${HOST}:${port}`,
    'listen.ratelimitHttp': `${HOST}:0`,
    'redis.url': redis.address.url,
    // A busy machine is slow, not wrong; envoyproxy/ratelimit waits as long as it takes.
    'envoy.ratelimitTimeout': '5s',
    'ratelimit.files': JSON.stringify([file]),
    ...(transport && { 'grpc.transport': transport }),
  };
  const args = Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  return startPinned(
    'gatehouse',
    join(ROOT, 'bin/gatehouse'),
    ['serve', 'ratelimit', '--data-dir', dir, ...args],
    {
      env: process.env,
      port,
      dir,
    },
  );
}

/** @returns why it cannot be run here where it cannot */
export async function startEnvoyproxy(
  redis: TestRedis,
  rules: string,
): Promise<PinnedService<'envoyproxy/ratelimit'> | { missing: string }> {
  const built = await envoyproxyRatelimit();
  if ('missing' in built) return built;
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-peer-'));
  await mkdir(join(dir, 'ratelimit/config'), { recursive: true });
  await writeFile(join(dir, 'ratelimit/config/rules.yaml'), rules);
  const port = await freePort();
  const env = {
    HOST,
    PORT: '0',
    GRPC_HOST: HOST,
    GRPC_PORT: String(port),
    DEBUG_HOST: HOST,
    DEBUG_PORT: '0',
    LOG_LEVEL: 'error',
    USE_STATSD: 'false',
    // Gatehouse counts for Prometheus too.
    USE_PROMETHEUS: 'true',
    PROMETHEUS_ADDR: `${HOST}:0`,
    RUNTIME_ROOT: dir,
    RUNTIME_SUBDIRECTORY: 'ratelimit',
    REDIS_SOCKET_TYPE: 'unix',
    REDIS_URL: new URL(redis.address.url).pathname,
  };
  return startPinned('envoyproxy/ratelimit', built.program, [], { env, port, dir });
}
