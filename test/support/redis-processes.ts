import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRedis } from '../../src/redis/index.ts';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { until } from './until.ts';

/** One redis-server on a port of its own, with its own folder. */
export interface RedisProcess {
  port: number;
  /** SIGKILL as a crash, SIGSTOP as a stall that SIGCONT ends. */
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** @param options as on the command line; of a Sentinel its configuration file's lines */
export async function startRedisProcess(
  options: readonly string[],
  sentinelConfig?: readonly string[],
): Promise<RedisProcess> {
  const path = findTool('redis-server');
  if (path === undefined) throw new Error(missingTool('redis-server'));
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-redis-'));
  const port = await freePort();
  const file = join(dir, 'redis.conf');
  const base = [`port ${port}`, 'bind 127.0.0.1', `dir ${dir}`];
  await writeFile(file, [...base, ...(sentinelConfig ?? ['save ""', 'appendonly yes']), ''].join('\n'));
  let child: ChildProcess;
  const start = async () => {
    child = spawn(path, [file, ...(sentinelConfig ? ['--sentinel'] : []), ...options], { stdio: 'ignore' });
    const probe = openRedis({ url: `redis://127.0.0.1:${port}` }, 'test-probe');
    probe.on('error', () => {});
    await until(
      async () => (await probe.ping().catch(() => '')) === 'PONG',
      `Redis answers on ${port}`,
      20_000,
    );
    probe.disconnect();
  };
  await start();
  return {
    port,
    signal: (signal) => void child.kill(signal),
    restart: start,
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Up to 22,000: a cluster node also takes the port 10,000 above its own, which must not be one that the system hands out. */
async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    server.listen(10_000 + Math.floor(Math.random() * 12_000), '127.0.0.1');
    const [event] = await Promise.race([
      once(server, 'listening').then(() => ['listening']),
      once(server, 'error').then(() => ['error']),
    ]);
    if (event === 'error') continue;
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    return port;
  }
}

export interface TestCluster {
  nodes: RedisProcess[];
  close(): Promise<void>;
}

const SLOTS = 16_384;

/** Three masters that share the slots evenly. */
export async function startTestCluster(): Promise<TestCluster> {
  const options = [
    '--cluster-enabled',
    'yes',
    '--cluster-node-timeout',
    '3000',
    '--cluster-require-full-coverage',
    'no',
  ];
  const nodes = await Promise.all([0, 1, 2].map(() => startRedisProcess(options)));
  const connections = nodes.map(({ port }) =>
    openRedis({ url: `redis://127.0.0.1:${port}` }, 'test-cluster'),
  );
  await Promise.all(
    connections.map(async (redis, index) => {
      await until(() => redis.status === 'ready', 'the node is connected to');
      const share = Math.ceil(SLOTS / nodes.length);
      const slots = Array.from(
        { length: Math.min(share, SLOTS - index * share) },
        (_, n) => index * share + n,
      );
      await redis.cluster('ADDSLOTS', ...slots);
      await redis.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
    }),
  );
  for (const { port } of nodes.slice(1)) await connections[0]?.cluster('MEET', '127.0.0.1', port);
  await until(
    async () => {
      const infos = await Promise.all(connections.map((redis) => redis.cluster('INFO')));
      return infos.every(
        (info) => info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3'),
      );
    },
    'the cluster has formed',
    30_000,
  );
  for (const redis of connections) redis.disconnect();
  return { nodes, close: async () => void (await Promise.all(nodes.map((node) => node.close()))) };
}

export interface TestSentinels {
  master: RedisProcess;
  replica: RedisProcess;
  sentinels: RedisProcess[];
  close(): Promise<void>;
}

/** A master `main` with a replica, and three Sentinels that agree by two. */
export async function startTestSentinels(): Promise<TestSentinels> {
  // Redis 7 otherwise waits for 5 s for more replicas before it copies itself to this one.
  const master = await startRedisProcess(['--repl-diskless-sync-delay', '0']);
  const replica = await startRedisProcess(['--replicaof', '127.0.0.1', String(master.port)]);
  const config = [
    `sentinel monitor main 127.0.0.1 ${master.port} 2`,
    'sentinel down-after-milliseconds main 1000',
    'sentinel failover-timeout main 5000',
  ];
  const sentinels = await Promise.all([0, 1, 2].map(() => startRedisProcess([], config)));
  const redis = openRedis({ url: `redis://127.0.0.1:${sentinels[0]?.port}` }, 'test-sentinel');
  redis.on('error', () => {});
  await until(() => redis.status === 'ready', 'the Sentinel is connected to');
  await until(
    async () => {
      const [state] = (await redis.call('SENTINEL', 'MASTERS')) as string[][];
      const stateOf = (name: string) => state?.[state.indexOf(name) + 1];
      return (
        stateOf('num-slaves') === '1' &&
        stateOf('num-other-sentinels') === '2' &&
        stateOf('flags') === 'master'
      );
    },
    'the Sentinels know each other and the replica',
    30_000,
  );
  redis.disconnect();
  const all = [...sentinels, replica, master];
  return {
    master,
    replica,
    sentinels,
    close: async () => void (await Promise.all(all.map((each) => each.close()))),
  };
}
