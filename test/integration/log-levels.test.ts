import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { followLogLevels, withLogLevelAdministration } from '../../src/log-levels/index.ts';
import { createLogLevels, type LogLevels, silentLogger } from '../../src/telemetry/index.ts';
import { gatehouse } from '../support/installation.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { startServe } from '../support/serve-process.ts';
import { until } from '../support/until.ts';

let redis: TestRedis;
let dir: string;
beforeAll(async () => {
  redis = await startTestRedis();
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-log-levels-'));
});
afterAll(async () => {
  await redis.close();
  await rm(dir, { recursive: true });
});

let prefix: string;
let tests = 0;
const closing: (() => unknown)[] = [];
beforeEach(() => {
  tests += 1;
  prefix = `test-${tests}`;
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const settings = () => [`redis.url=${redis.address.url}`, `redis.keyPrefix=${prefix}`];
const config = () => loadConfig({ dataDir: dir, cwd: dir, set: settings() });
const level = (...args: string[]) =>
  gatehouse(['logs', 'level', ...args, '--data-dir', dir, ...settings().flatMap((each) => ['--set', each])]);

async function follow(): Promise<LogLevels> {
  const levels = createLogLevels({ level: 'warn', components: { jobs: 'error' } });
  closing.push(await followLogLevels(config(), { levels, logger: silentLogger }));
  return levels;
}

test('a level is set in every process of the roles at once, without a restart, until it is taken away', async () => {
  const served = startServe(['ratelimit'], {
    dataDir: dir,
    args: ['--workers', '2'],
    set: [
      ...settings(),
      'listen.ratelimit=127.0.0.1:0',
      'listen.ratelimitHttp=127.0.0.1:0',
      'telemetry.logs.level=error',
    ],
  });
  closing.push(() => served.process.kill('SIGKILL'));
  await served.said;
  expect(served.log()).toEqual([]);

  const { code, stdout } = await level('all', 'info', '--for', '10m');
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^all +info +until 20/) });
  const changes = () => served.log().filter(({ code }) => code === 'log_levels_changed');
  await until(() => changes().length === 3, 'both workers and the process that started them have it');
  expect(changes()[0]).toMatchObject({ role: 'ratelimit', component: 'serve', reason: 'all=info' });

  await level('all', 'warn');
  await level('ratelimit', 'info');
  await level('all', '--unset');
  await level('ratelimit', '--unset');
  expect((await level('--json')).stdout).toBe('[]\n');
  // Raised once more: what is told then is all that was told since.
  await level('serve', 'info');
  await until(() => changes().length === 6, 'all have followed every change');
  expect(
    changes()
      .slice(3)
      .map(({ reason }) => reason),
  ).toEqual(['serve=info', 'serve=info', 'serve=info']);
});

test('a level ends by itself', async () => {
  const levels = await follow();
  await withLogLevelAdministration(config(), (tools) => tools.set('api', 'debug', 60_000, 'test'));
  await until(() => levels.of('api') === 'debug', 'changes are followed');
  await withLogLevelAdministration(config(), (tools) => tools.set('pool', 'debug', 3_000, 'test'));
  await until(() => levels.of('pool') === 'debug', 'the level is set');
  await until(() => levels.of('pool') === 'warn', 'it has ended');
  const listed = await withLogLevelAdministration(config(), (tools) => tools.list());
  expect(listed.map(({ component }) => component)).toEqual(['api']);
});

test('a process that starts later has the levels that were set before; its own configuration holds for the rest', async () => {
  await withLogLevelAdministration(config(), (tools) => tools.set('pool', 'debug', 60_000, 'test'));
  const levels = await follow();
  await until(() => levels.of('pool') === 'debug', 'the level is known');
  expect([levels.of('jobs'), levels.of('api')]).toEqual(['error', 'warn']);
});

test('each change is in the audit, with who, what and until when', async () => {
  await level('pool', 'debug', '--for', '10m');
  await level('pool', '--unset');
  const { stdout } = await gatehouse([
    ...['audit', '--json', '--data-dir', dir],
    ...settings().flatMap((each) => ['--set', each]),
  ]);
  expect(JSON.parse(stdout)).toMatchObject([
    { actor: expect.stringMatching(/^cli:/), action: 'log_level.unset', target: 'pool' },
    {
      ...{ actor: expect.stringMatching(/^cli:/), action: 'log_level.set', target: 'pool' },
      details: { level: 'debug', expiresAt: expect.stringMatching(/Z$/) },
    },
  ]);
});

test.each([
  [['pol', 'debug'], 'there is no component "pol"; did you mean "pool"? Use all, serve,'],
  [['pool', 'debugg'], 'there is no level "debugg"; did you mean "debug"? Use debug, info, warn, error.'],
  [['pool'], 'expected a level (debug, info, warn, error) or --unset.'],
  [['pool', 'debug', '--for', '8d'], '--for 8d: expected a duration such as 10m, and 7d at most.'],
  [['pool', 'debug', '--for', 'soon'], '--for soon: expected a duration such as 10m, and 7d at most.'],
  [['pool', 'debug', '--unset'], '--unset takes a component and neither a level nor --for.'],
  [['pool', '--unset'], 'No level is set for pool.'],
])('%j is refused with what would do', async (args, what) => {
  const { code, stderr } = await level(...args);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(what) });
});
