import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, existsSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { processesNaming } from '../support/processes.ts';
import { until } from '../support/until.ts';

const UP_PROCESS = fileURLToPath(new URL('../support/up-process.ts', import.meta.url));
const START_MS = 30_000;

let dataDir: string;
const running: Up[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-up-'));
});
afterEach(async () => {
  for (const up of running.splice(0)) {
    up.process.kill('SIGKILL');
    await up.exited;
  }
  for (const pid of processesNaming(dataDir)) process.kill(pid, 'SIGKILL');
  await until(() => processesNaming(dataDir).length === 0, 'everything has ended', START_MS);
  await rm(dataDir, { recursive: true, force: true });
});

interface Up {
  process: ChildProcess;
  stdout(): string;
  stderr(): string;
  exited: Promise<number | null>;
}

/** Starts `up` with stand-ins for the roles, on real Redis and Envoy. */
function start(env: NodeJS.ProcessEnv = {}, ...set: string[]): Up {
  const child = spawn(process.execPath, [UP_PROCESS, dataDir, ...set], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const up = { process: child, stdout: () => stdout, stderr: () => stderr, exited };
  running.push(up);
  return up;
}

async function started(env?: NodeJS.ProcessEnv, ...set: string[]): Promise<Up> {
  const up = start(env, ...set);
  await until(() => up.stdout().includes('\n') || up.process.exitCode !== null, 'up is ready', START_MS);
  if (up.process.exitCode !== null) throw new Error(up.stderr());
  return up;
}

async function stop(up: Up, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  up.process.kill(signal);
  return up.exited;
}

async function pidOf(child: string): Promise<number> {
  const children = JSON.parse(await readFile(join(dataDir, 'run/children.json'), 'utf8')) as Record<
    string,
    { pid: number }
  >;
  return children[child]?.pid ?? 0;
}

/** With which flags a process has a file open (proc_pid_fdinfo(5)), once for each descriptor. */
async function flagsOf(pid: number, file: string): Promise<number[]> {
  const names = await readdir(`/proc/${pid}/fd`);
  const open = names.filter((name) => readlinkSync(`/proc/${pid}/fd/${name}`) === file);
  const infos = open.map((name) => readFileSync(`/proc/${pid}/fdinfo/${name}`, 'utf8'));
  return infos.map((info) => Number.parseInt(/^flags:\s+(\d+)/m.exec(info)?.[1] ?? '', 8));
}

describe('once everything runs', () => {
  test('one line of JSON says where', async () => {
    const up = await started();
    const [line, ...rest] = up.stdout().split('\n');
    expect(rest).toEqual(['']);
    const ready = JSON.parse(line ?? '') as { url: string; listen: Record<string, string> };
    expect(ready).toMatchObject({
      ready: true,
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      tlsUrl: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      adminUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      adminToken: (await readFile(join(dataDir, 'secrets/admin.token'), 'utf8')).trim(),
      apiKey: expect.stringMatching(/^gatehouse_[0-9A-Za-z]{49}$/),
      model: 'stand-in',
      sandbox: 'none',
      dataDir,
      caFile: join(dataDir, 'tls/ca.crt'),
    });
    expect(Object.keys(ready.listen)).toEqual([
      ...[
        'envoyHttp',
        'envoyTls',
        'envoyAdmin',
        'envoyMetrics',
        'authz',
        'authzHttp',
        'ratelimit',
        'ratelimitHttp',
        'api',
        'apiHttp',
        'workerHttp',
        'admin',
      ],
    ]);
    expect((await fetch(`${ready.url}/nowhere`)).headers.get('x-request-id')).not.toBeNull();
  });

  test('people get a table, the key and a curl line to copy', async () => {
    const up = start({ TEST_TEXT: '1' });
    await until(() => up.stdout().includes('Ctrl-C'), 'the banner is there', START_MS);
    const text = up.stdout();
    expect(text).toContain('THE STAND-IN MODEL ANSWERS');
    expect(text).toContain('NO SANDBOX');
    for (const part of ['envoy', 'authz', 'ratelimit', 'api', 'worker', 'admin', 'redis']) {
      expect(text).toMatch(new RegExp(`^ {2}${part} .* ${await pidOf(part)} .*/logs/${part}.log$`, 'm'));
    }
    expect(text).toMatch(
      /^ {2}curl -sS http:\/\/127\.0\.0\.1:\d+\/claude\/invoke -H 'x-api-key: gatehouse_\w{49}' -H 'content-type: application\/json' -H 'prefer: wait=30' -d '\{"prompt":"[^"']+"\}'$/m,
    );
    expect(up.stderr()).toMatch(/^Starting Redis \.\.\. \d+\.\d s$/m);
  });

  test('the resolved configuration can be read by other commands, and holds no secret', async () => {
    const up = await started({}, 'jobs.timeout=90s');
    const file = join(dataDir, 'run/gatehouse.yaml');
    const config = loadConfig({ file, dataDir, cwd: '/' });
    const ready = JSON.parse(up.stdout()) as { listen: Record<string, string> };
    expect(config.listen.api.port).toBe(Number(ready.listen.api?.split(':')[1]));
    expect(config.jobs.timeout.ms).toBe(90_000);
    expect(config.redis.url).toMatch(/^unix:\/\//);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const text = await readFile(file, 'utf8');
    for (const secret of await readdir(join(dataDir, 'secrets'))) {
      expect(text).not.toContain((await readFile(join(dataDir, 'secrets', secret), 'utf8')).trim());
    }
  });

  test('a log over 64 MiB is put aside while its process writes to it', async () => {
    await started();
    const log = join(dataDir, 'logs/redis.log');
    const size = 65 * 1024 * 1024;
    await truncate(log, size);
    await until(async () => (await stat(log)).size === 0, 'the log is empty');
    expect((await stat(`${log}.1`)).size).toBe(size);
  });

  test('every part appends to its log, so that it can be cut', async () => {
    await started();
    for (const part of ['redis', 'envoy', 'authz', 'ratelimit', 'api', 'worker', 'admin']) {
      const flags = await flagsOf(await pidOf(part), join(dataDir, `logs/${part}.log`));
      expect(flags.length).toBeGreaterThanOrEqual(2);
      for (const flag of flags) expect(flag & constants.O_APPEND).not.toBe(0);
    }
  });

  test("the provider's key reaches the worker and no other part", async () => {
    await started({ ANTHROPIC_API_KEY: 'sk-test-1234', GATEHOUSE_LISTEN__API: '127.0.0.1:1' });
    for (const part of ['redis', 'envoy', 'authz', 'ratelimit', 'api', 'worker', 'admin']) {
      const environment = await readFile(`/proc/${await pidOf(part)}/environ`, 'utf8');
      expect(environment.includes('sk-test-1234')).toBe(part === 'worker');
      expect(environment).not.toContain('GATEHOUSE_');
    }
  });

  test('a second up on the same folder is refused and told about the first', async () => {
    const first = await started();
    const second = start();
    expect(await second.exited).toBe(1);
    expect(second.stderr()).toContain(
      `gatehouse up cannot start: gatehouse up is already running on ${dataDir} (pid ${first.process.pid})`,
    );
    expect(second.stdout()).toBe('');
    expect(await stop(first)).toBe(0);
  });
});

describe('stopping', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s ends everything and leaves nothing',
    async (signal) => {
      const up = await started();
      expect(await stop(up, signal)).toBe(0);
      expect(processesNaming(dataDir)).toEqual([]);
      expect(await readdir(join(dataDir, 'run'))).toEqual(['up.lock']);
    },
  );

  test('goes from the door inwards: Envoy, api, worker, authz, ratelimit, Redis', async () => {
    expect(await stop(await started())).toBe(0);
    expect((await readFile(join(dataDir, 'stops'), 'utf8')).trim().split('\n')).toEqual(
      ['api', 'worker', 'authz', 'ratelimit', 'admin'].map((role) => `${role} envoy=closed redis=open`),
    );
  });

  test('a second signal ends at once what does not end by itself', async () => {
    const up = await started({ TEST_API: 'stubborn' });
    up.process.kill('SIGINT');
    await until(() => existsSync(join(dataDir, 'stops')), 'the api was told to stop');
    expect(await stop(up, 'SIGINT')).toBe(130);
    expect(processesNaming(dataDir)).toEqual([]);
  });

  test('leaves nothing when a child was killed before and waits to be started again', async () => {
    const up = await started();
    process.kill(await pidOf('authz'), 'SIGKILL');
    process.kill(await pidOf('redis'), 'SIGKILL');
    await until(() => up.stderr().includes('redis (pid'), 'the end is said');
    expect(await stop(up)).toBe(0);
    expect(processesNaming(dataDir)).toEqual([]);
  });

  test('works where somebody has removed the data dir', async () => {
    const up = await started();
    await rm(dataDir, { recursive: true });
    expect(await stop(up)).toBe(0);
    expect(processesNaming(dataDir)).toEqual([]);
  });

  test('while it starts works as well', async () => {
    const up = start({ TEST_API: 'silent' });
    await until(
      () => up.stderr().includes('Starting admin, ratelimit'),
      'the roles are being started',
      START_MS,
    );
    expect(await stop(up)).toBe(0);
    expect(up.stdout()).toBe('');
    expect(processesNaming(dataDir)).toEqual([]);
    expect(await readdir(join(dataDir, 'run'))).toEqual(['up.lock']);
  });

  test('from a data dir whose path is too long for a socket removes the folder outside it', async () => {
    const short = dataDir;
    dataDir = join(dataDir, 'x'.repeat(100));
    await mkdir(dataDir);
    const up = await started();
    const { redis } = loadConfig({ file: join(dataDir, 'run/gatehouse.yaml'), dataDir, cwd: '/' });
    const socket = new URL(redis.url ?? '').pathname;
    expect(existsSync(socket)).toBe(true);
    expect(await stop(up)).toBe(0);
    expect(existsSync(join(socket, '..'))).toBe(false);
    dataDir = short;
  });
});

describe('killed with SIGKILL', () => {
  test('up leaves no process, and the next start works on the same data', async () => {
    const up = await started();
    up.process.kill('SIGKILL');
    await up.exited;
    await until(() => processesNaming(dataDir).length === 0, 'every child has ended', START_MS);
    expect(await stop(await started())).toBe(0);
  });

  test('what it could not tie to its end is ended by the next start', async () => {
    // A setpriv that is not there: Redis and Envoy outlive up.
    const bin = join(dataDir, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'setpriv'), '#!/bin/sh\nexit 1\n');
    await chmod(join(bin, 'setpriv'), 0o755);
    const env = { PATH: `${bin}:${process.env.PATH}` };
    const up = await started(env);
    const redis = await pidOf('redis');
    up.process.kill('SIGKILL');
    await up.exited;
    await until(() => processesNaming(dataDir).length === 2, 'the roles have ended');
    expect(processesNaming(dataDir)).toContain(redis);
    const next = await started(env);
    expect(next.stderr()).toContain('Ended what a killed start had left running: redis, envoy.');
    expect(processesNaming(dataDir)).not.toContain(redis);
    expect(await stop(next)).toBe(0);
  });
});

describe('a start that fails stops what was started, exits with 1', () => {
  async function refused(env: NodeJS.ProcessEnv, ...set: string[]): Promise<string> {
    const up = start(env, ...set);
    expect(await up.exited).toBe(1);
    expect(up.stdout()).toBe('');
    expect(processesNaming(dataDir)).toEqual([]);
    expect(await readdir(join(dataDir, 'run'))).toEqual(['up.lock']);
    return up.stderr();
  }

  test('and says what a role said', async () => {
    expect(await refused({ TEST_AUTHZ: 'fails' })).toContain(
      `gatehouse up cannot start: authz could not start: listen.authz is not for today.\nIts log: ${dataDir}/logs/authz.log`,
    );
  });

  test('and says what stands in the log of a role that crashed', async () => {
    expect(await refused({ TEST_WORKER: 'crashes' })).toContain(
      `worker ended with exit code 3 before it was ready: the reason is in the log\nIts log: ${dataDir}/logs/worker.log`,
    );
  });

  test('and says what Envoy says', async () => {
    const said = await refused({}, 'envoy.tls.certFile=/nowhere.crt', 'envoy.tls.keyFile=/nowhere.key');
    expect(said).toMatch(/envoy ended with exit code 1 before it was ready: .*nowhere/);
    expect(said).toContain(`Its log: ${dataDir}/logs/envoy.log`);
  });

  test('and says what Redis says', async () => {
    await mkdir(join(dataDir, 'redis'));
    await writeFile(join(dataDir, 'redis/appendonly.aof'), 'not an append-only file');
    const said = await refused({});
    expect(said).toMatch(/redis ended with exit code 1 before it was ready: .*append only file/);
    expect(said).toContain(`Its log: ${dataDir}/logs/redis.log`);
  });

  test('and names every tool that is missing', async () => {
    const said = await refused({}, 'envoy.path=/nowhere/envoy', 'pool.claudePath=/nowhere/claude');
    expect(said).toContain('envoy was not found at /nowhere/envoy');
    expect(said).toContain('claude was not found at /nowhere/claude');
  });
});

test('the demo key of the last start is revoked, other keys stay', async () => {
  const first = await started();
  await stop(first);
  const second = await started();
  const { redis } = loadConfig({ file: join(dataDir, 'run/gatehouse.yaml'), dataDir, cwd: '/' });
  const { openRedis } = await import('../../src/redis/index.ts');
  const connection = openRedis({ url: redis.url ?? '' }, 'test');
  await once(connection, 'ready');
  const ids = await connection.hkeys('gatehouse:{apikeys}:ids');
  connection.disconnect();
  expect(ids).toEqual([(await readFile(join(dataDir, 'secrets/demo-key-id'), 'utf8')).trim()]);
  expect(JSON.parse(second.stdout()).apiKey).not.toBe(JSON.parse(first.stdout()).apiKey);
  expect(await stop(second)).toBe(0);
});
