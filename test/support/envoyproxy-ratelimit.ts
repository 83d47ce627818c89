import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../src/toolchain/index.ts';
import { freePort } from './free-port.ts';
import { goProgram, SHARED_CACHE } from './go-program.ts';
import { connectRls, type RlsClient } from './ratelimit.ts';
import type { TestRedis } from './redis.ts';
import { until } from './until.ts';

/** How long the first build may take on a slow machine: about 60 modules. */
export const BUILD_MS = 600_000;

/**
 * The program of envoyproxy/ratelimit: what ENVOYPROXY_RATELIMIT names, else the version of
 * test/conformance/envoyproxy-ratelimit/go.mod, built once for all checkouts of this user.
 * @returns its path, or why there is none
 */
export async function envoyproxyRatelimit(): Promise<{ program: string } | { missing: string }> {
  const named = process.env.ENVOYPROXY_RATELIMIT;
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new Error(`ENVOYPROXY_RATELIMIT: there is no program at ${named}`);
    return { program: named };
  }
  return goProgram(join(ROOT, 'test/conformance/envoyproxy-ratelimit'), {
    package: 'github.com/envoyproxy/ratelimit/src/service_cmd',
    cache: SHARED_CACHE,
  });
}

export interface EnvoyproxyOptions {
  redis: TestRedis;
  /** Rule files by name. */
  files: Readonly<Record<string, string>>;
  /** Settings by the names of its environment variables. */
  settings?: Readonly<Record<string, string>>;
}

export interface EnvoyproxyRatelimit extends RlsClient {
  pid: number;
  /** Address for gRPC clients, a unix socket. */
  address: string;
  /** Such as http://127.0.0.1:40000. */
  httpUrl: string;
  /** It has ended by itself, which it should never do. */
  hasEnded(): boolean;
  close(): Promise<void>;
}

/** It takes no port 0 for HTTP, so another process may take the free one before it does. */
const PORT_TAKEN = 'address already in use';
const MAX_STARTS = 5;

/** Starts envoyproxy/ratelimit. Like it does by itself, it also starts with rule files that it refuses. */
export async function startEnvoyproxyRatelimit(
  program: string,
  options: EnvoyproxyOptions,
): Promise<EnvoyproxyRatelimit> {
  for (let starts = 1; ; starts += 1) {
    try {
      return await start(program, options);
    } catch (error) {
      const isPortTaken = error instanceof Error && error.message.includes(PORT_TAKEN);
      if (!isPortTaken || starts === MAX_STARTS) throw error;
    }
  }
}

async function start(
  program: string,
  { redis, files, settings = {} }: EnvoyproxyOptions,
): Promise<EnvoyproxyRatelimit> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-peer-'));
  await mkdir(join(dir, 'ratelimit/config'), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(dir, 'ratelimit/config', name), text);
  }
  const socket = join(dir, 'grpc.sock');
  const port = await freePort();
  const child = spawn(program, [], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      GRPC_UDS: socket,
      DEBUG_HOST: '127.0.0.1',
      DEBUG_PORT: '0',
      LOG_LEVEL: 'error',
      USE_STATSD: 'false',
      DISABLE_STATS: 'true',
      RUNTIME_ROOT: dir,
      RUNTIME_SUBDIRECTORY: 'ratelimit',
      RUNTIME_IGNOREDOTFILES: 'true',
      REDIS_SOCKET_TYPE: 'unix',
      REDIS_URL: new URL(redis.address.url).pathname,
      ...settings,
    },
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-10_000);
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
  const httpUrl = `http://127.0.0.1:${port}`;
  const listens = async () =>
    hasEnded() || (existsSync(socket) && (await fetch(`${httpUrl}/healthcheck`).catch(() => undefined))?.ok);
  try {
    await until(async () => (await listens()) === true, 'envoyproxy/ratelimit listens', 30_000);
    if (hasEnded()) throw new Error(`envoyproxy/ratelimit ended at its start:\n${log}`);
  } catch (error) {
    await close();
    throw error;
  }
  // Only now: a client that is refused waits for a second before it tries again.
  const address = `unix:${socket}`;
  const client = connectRls(address);
  return {
    ...client,
    pid: child.pid ?? 0,
    address,
    httpUrl,
    hasEnded,
    async close() {
      client.close();
      await close();
    },
  };
}
