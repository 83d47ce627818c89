import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../src/toolchain/index.ts';
import { envoyproxyRatelimit } from '../../test/support/envoyproxy-ratelimit.ts';
import type { TestRedis } from '../../test/support/redis.ts';
import { until } from '../../test/support/until.ts';

/** A rate limit service in a process of its own. */
export interface BenchService {
  name: 'gatehouse' | 'envoyproxy/ratelimit';
  pid: number;
  port: number;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** As `gatehouse up` runs it. */
export async function startGatehouse(redis: TestRedis, rules: string): Promise<BenchService> {
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
  };
  const args = Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  return start('gatehouse', join(ROOT, 'bin/gatehouse'), ['serve', 'ratelimit', '--data-dir', dir, ...args], {
    env: process.env,
    port,
    dir,
  });
}

/** @returns why it cannot be run here where it cannot */
export async function startEnvoyproxy(
  redis: TestRedis,
  rules: string,
): Promise<BenchService | { missing: string }> {
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
  return start('envoyproxy/ratelimit', built.program, [], { env, port, dir });
}

async function start(
  name: BenchService['name'],
  program: string,
  args: readonly string[],
  { env, port, dir }: { env: NodeJS.ProcessEnv; port: number; dir: string },
): Promise<BenchService> {
  const child = spawn('taskset', ['-c', '0', program, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-4_000);
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const close = async () => {
    if (!hasEnded()) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await until(async () => hasEnded() || (await accepts(port)), `${name} listens`, 60_000);
    if (hasEnded()) throw new Error(`${name} ended at its start:\n${log}`);
  } catch (error) {
    await close();
    throw error;
  }
  return { name, pid: child.pid ?? 0, port, close };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    socket.on('connect', () => resolve(socket.destroy() && true));
    socket.on('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address');
  return address.port;
}
