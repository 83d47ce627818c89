import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRedis, type Redis } from '../../src/redis/index.ts';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { checkExistingRedis } from '../../src/up/existing-redis.ts';
import { ownRedis } from '../../src/up/own-redis.ts';
import { parentDeathSignal } from '../../src/up/parent-death.ts';
import { redisSocket, unixUrl } from '../../src/up/redis-socket.ts';
import { checkRedisProgram, firstUsableRedis } from '../../src/up/redis-version.ts';
import { SupervisedChild } from '../../src/up/supervised-child.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const START_MS = 20_000;
const patient = new AbortController().signal;

let dir: string;
const cleanups: (() => Promise<void> | void)[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-redis-'));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await rm(dir, { recursive: true });
});

async function startOwnRedis(runDir = dir) {
  const program = findTool('redis-server');
  if (program === undefined) throw new Error(missingTool('redis-server'));
  const socketPath = redisSocket(runDir).path;
  const spec = ownRedis({
    program,
    dir,
    socketPath,
    logFile: join(dir, 'redis.log'),
    env: process.env,
    tie: await parentDeathSignal(),
  });
  const child = new SupervisedChild(spec, { say: () => {}, onPid: () => {} });
  cleanups.push(() => child.stop(START_MS, patient));
  await child.start(START_MS);
  return { child, redis: client(socketPath), socketPath };
}

function client(socketPath: string): Redis {
  const redis = openRedis({ url: unixUrl(socketPath) }, 'test');
  redis.on('error', () => {});
  cleanups.push(() => redis.disconnect());
  return redis;
}

async function ready(redis: Redis): Promise<Redis> {
  await until(async () => (await redis.ping().catch(() => '')) === 'PONG', 'Redis answers');
  return redis;
}

describe('the Redis that up starts', () => {
  test('has no TCP port, writes everything down and never evicts', async () => {
    const redis = await ready((await startOwnRedis()).redis);
    const settings: Record<string, unknown> = {};
    for (const name of ['port', 'appendonly', 'appendfsync', 'maxmemory-policy', 'dir']) {
      settings[name] = ((await redis.config('GET', name)) as string[])[1];
    }
    expect(settings).toEqual({
      port: '0',
      appendonly: 'yes',
      appendfsync: 'everysec',
      'maxmemory-policy': 'noeviction',
      dir,
    });
  });

  test('can be reached by its user alone', async () => {
    const { socketPath } = await startOwnRedis();
    expect((await stat(socketPath)).mode & 0o777).toBe(0o700);
  });

  test('keeps its data when it is stopped and when it is killed', async () => {
    const first = await startOwnRedis();
    await (await ready(first.redis)).set('a', '1');
    await first.child.stop(START_MS, patient);

    const second = await startOwnRedis();
    await (await ready(second.redis)).set('b', '2');
    const { pid } = second.child;
    process.kill(pid ?? 0, 'SIGKILL');
    await until(() => second.child.pid !== undefined && second.child.pid !== pid, 'it runs again');
    const redis = await ready(second.redis);
    expect(await redis.mget('a', 'b')).toEqual(['1', '2']);
  });

  test('serves from a data dir whose path looks like parts of an address', async () => {
    const runDir = join(dir, 'a b#?%41%zz', 'run');
    await mkdir(runDir, { recursive: true });
    const { redis, socketPath } = await startOwnRedis(runDir);
    expect(socketPath).toBe(join(runDir, 'redis.sock'));
    await ready(redis);
  });

  test('serves from a data dir whose path is too long for a socket', async () => {
    const runDir = join(dir, 'x'.repeat(120), 'run');
    await mkdir(runDir, { recursive: true });
    const { redis, socketPath } = await startOwnRedis(runDir);
    const folder = redisSocket(runDir).temporaryFolder ?? '';
    cleanups.push(() => rm(folder, { recursive: true }));
    expect(socketPath.startsWith(folder)).toBe(true);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await ready(redis);
  });
});

describe("the socket's folder outside the data dir", () => {
  test('is refused where others can enter it', async () => {
    const runDir = join(dir, 'y'.repeat(120), 'run');
    const folder = redisSocket(runDir).temporaryFolder ?? '';
    cleanups.push(() => rm(folder, { recursive: true }));
    spawnSync('chmod', ['755', folder]);
    expect(() => redisSocket(runDir)).toThrow(`${folder}, where Redis' socket must go`);
  });

  test('differs from data dir to data dir', () => {
    const places = ['a', 'b'].map((name) => redisSocket(join(dir, name.repeat(120), 'run')));
    for (const { temporaryFolder } of places)
      cleanups.push(() => rm(temporaryFolder ?? '', { recursive: true }));
    expect(places[0]?.path).not.toBe(places[1]?.path);
  });
});

describe('a redis-server', () => {
  async function fake(version: string, name = 'redis-server'): Promise<string> {
    const program = join(dir, name);
    await writeFile(program, `#!/bin/sh\necho '${version}'\n`, { mode: 0o755 });
    return program;
  }

  test.each(['Redis server v=6.0.16 sha=0', 'Redis server v=5.0.14 sha=0'])(
    'is refused: %s',
    async (version) => {
      await expect(checkRedisProgram(await fake(version), dir)).rejects.toMatchObject({
        code: 'redis_unusable',
        message: expect.stringContaining('needs 6.2 or newer'),
      });
    },
  );

  test.each(['Redis server v=6.2.0 sha=0', 'Redis server v=10.0.1 sha=0', 'Valkey server v=8.1.0 sha=0'])(
    'is taken: %s',
    async (version) => {
      await checkRedisProgram(await fake(version), dir);
    },
  );

  test('that is too old makes way for the next one', async () => {
    const old = await fake('Redis server v=6.0.16 sha=0', 'old');
    const good = await fake('Redis server v=6.2.14 sha=0', 'good');
    expect(await firstUsableRedis([old, good], dir)).toBe(good);
    expect(await firstUsableRedis([good, old], dir)).toBe(good);
    await expect(firstUsableRedis([old], dir)).rejects.toThrow(`${old} is Redis 6.0`);
  });

  test('that would not see the data of a newer one is refused', async () => {
    await mkdir(join(dir, 'appendonlydir'));
    await expect(checkRedisProgram(await fake('Redis server v=6.2.14 sha=0'), dir)).rejects.toThrow(
      'was written by Redis 7 or newer',
    );
    await checkRedisProgram(await fake('Redis server v=7.0.0 sha=0'), dir);
  });
});

describe('an existing Redis', () => {
  let server: TestRedis;
  beforeEach(async () => {
    server = await startTestRedis();
    cleanups.push(() => server.close());
  });

  async function configured(...settings: [string, string][]): Promise<void> {
    const redis = await ready(client(new URL(server.address.url).pathname));
    for (const [name, value] of settings) await redis.config('SET', name, value);
  }

  test('that never evicts is taken without a word', async () => {
    expect(await checkExistingRedis(server.address)).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      warnings: [],
    });
  });

  test('that evicts is warned of', async () => {
    await configured(['maxmemory-policy', 'allkeys-lru']);
    expect((await checkExistingRedis(server.address)).warnings).toEqual([
      expect.stringContaining('maxmemory-policy allkeys-lru'),
    ]);
  });

  test.each([undefined, 'wrong'])('that wants another password than %j is named', async (password) => {
    await configured(['requirepass', 'right']);
    await expect(checkExistingRedis({ ...server.address, password })).rejects.toMatchObject({
      code: 'redis_unusable',
      message: expect.stringContaining('refuses the password: check redis.passwordFile'),
    });
    expect(await checkExistingRedis({ ...server.address, password: 'right' })).toMatchObject({
      warnings: [],
    });
  });

  test('that does not answer is named, without its password', async () => {
    const checking = checkExistingRedis({ url: 'redis://user:secret@127.0.0.1:1' });
    await expect(checking).rejects.toThrow('The Redis at redis://127.0.0.1:1 does not answer');
    await expect(checking).rejects.not.toThrow('secret');
  });
});

test('nothing is left in the run folder once Redis is stopped', async () => {
  const runDir = join(dir, 'run');
  await mkdir(runDir);
  const { child } = await startOwnRedis(runDir);
  await child.stop(START_MS, patient);
  expect(await readdir(runDir)).toEqual([]);
});
