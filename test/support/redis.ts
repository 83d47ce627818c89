import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connected, openRedis, type Redis, type RedisServerAddress } from '../../src/redis/index.ts';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { until } from './until.ts';

export interface TestRedis {
  address: RedisServerAddress;
  /** Of the server that runs now. */
  pid(): number;
  /** Ends the server as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same data. */
  start(): Promise<void>;
  keys(): Promise<string[]>;
  /** Has keys expire now. */
  expire(keys: readonly string[]): Promise<void>;
  /** Forgets everything it holds. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A real Redis with its own folder and unix socket.
 * @param appendOnly whether what it holds is written down, so that it outlives a crash
 */
export async function startTestRedis({ appendOnly = true } = {}): Promise<TestRedis> {
  const path = findTool('redis-server');
  if (path === undefined) throw new Error(missingTool('redis-server'));
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-redis-'));
  const socket = join(dir, 'redis.sock');
  const address: RedisServerAddress = { url: `unix://${socket}` };
  let child: ChildProcess | undefined;
  const ask = async <Answer>(question: (redis: Redis) => Promise<Answer>): Promise<Answer> => {
    const redis = openRedis(address, 'test-question');
    try {
      await connected(redis, 10_000);
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  };
  const server: TestRedis = {
    address,
    pid: () => child?.pid ?? 0,
    async start() {
      child = spawn(
        path,
        [
          '--port',
          '0',
          '--unixsocket',
          socket,
          '--dir',
          dir,
          '--save',
          '',
          '--appendonly',
          appendOnly ? 'yes' : 'no',
          '--maxmemory-policy',
          'noeviction',
        ],
        { stdio: 'ignore' },
      );
      const probe = openRedis(address, 'test-probe');
      probe.on('error', () => {});
      await until(async () => (await probe.ping().catch(() => '')) === 'PONG', 'Redis answers');
      probe.disconnect();
    },
    keys: () => ask((redis) => redis.keys('*')),
    async expire(keys) {
      await ask((redis) => redis.del(...keys));
    },
    async empty() {
      await ask((redis) => redis.flushall());
    },
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    async close() {
      await server.kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}
