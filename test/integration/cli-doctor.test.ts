import { once } from 'node:events';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { openRedis } from '../../src/redis/index.ts';
import { gatehouse, temporaryFolder } from '../support/installation.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { makeRepository } from '../support/repository.ts';
import { workspacesOf } from '../support/workspaces.ts';

interface Finding {
  part: string;
  state: 'ok' | 'limited' | 'optional' | 'missing' | 'wrong';
  detail: string;
}

const KEY = { ANTHROPIC_API_KEY: 'sk-ant-of-the-test' };
const VERSION = /^\d+\.\d+\.\d+ at \//;

const FREE_PORTS = Object.keys(loadConfig({ dataDir: '/', cwd: '/', set: [] }).listen).map(
  (name) => `listen.${name}=127.0.0.1:0`,
);

let dir: string;
let redis: TestRedis | undefined;
beforeEach(async () => {
  dir = await temporaryFolder();
});
afterEach(async () => {
  await redis?.close();
  redis = undefined;
  await rm(dir, { recursive: true });
});

async function doctor(set: string[] = [], env?: NodeJS.ProcessEnv) {
  // Other installations and tests of this machine have ports of their own.
  const settings = [...FREE_PORTS, ...set].flatMap((value) => ['--set', value]);
  const { code, stdout } = await gatehouse(['doctor', '--json', '--data-dir', dir, ...settings], env);
  const findings = JSON.parse(stdout) as Finding[];
  const find = (name: string) => findings.find(({ part }) => part === name);
  return { code, findings, find, text: stdout };
}

test('where everything is there, it says where and exits with 0', async () => {
  const { code, findings, text } = await doctor([], KEY);
  expect(code).toBe(0);
  expect(findings).toEqual([
    { part: 'Configuration', state: 'ok', detail: 'valid' },
    { part: 'Node', state: 'ok', detail: expect.stringMatching(/^v\d+\.\d+\.\d+ at \//) },
    { part: 'Envoy', state: 'ok', detail: expect.stringMatching(VERSION) },
    { part: 'Redis', state: 'ok', detail: expect.stringMatching(VERSION) },
    { part: 'Claude Code CLI', state: 'ok', detail: expect.stringMatching(VERSION) },
    { part: 'Sandbox', state: 'ok', detail: 'bubblewrap' },
    { part: 'Cgroups', state: expect.stringMatching(/^(ok|limited)$/), detail: expect.any(String) },
    { part: 'git', state: 'ok', detail: expect.stringMatching(VERSION) },
    { part: 'Skills', state: 'ok', detail: expect.any(String) },
    { part: 'Model', state: 'ok', detail: expect.stringContaining('the provider at ') },
    { part: 'Rate limit rules', state: 'ok', detail: 'of gatehouse' },
    { part: 'Inspection rules', state: 'ok', detail: 'those that ship' },
    { part: 'Secrets', state: 'ok', detail: expect.any(String) },
    { part: 'Certificate', state: 'ok', detail: expect.any(String) },
    { part: 'Ports', state: 'ok', detail: 'any free one: free' },
    { part: 'Disk', state: expect.stringMatching(/^(ok|limited)$/), detail: expect.any(String) },
    { part: 'Memory', state: expect.stringMatching(/^(ok|limited)$/), detail: expect.any(String) },
    { part: 'Traces', state: expect.stringMatching(/^(ok|optional)$/), detail: expect.any(String) },
    { part: 'promtool', state: expect.stringMatching(/^(ok|optional)$/), detail: expect.any(String) },
    { part: 'Installation', state: 'optional', detail: expect.stringContaining("'gatehouse up' starts one") },
  ]);
  expect(text).not.toContain(KEY.ANTHROPIC_API_KEY);
});

test('a skill that cannot be used is named, with what is wrong', async () => {
  const { code, find } = await doctor([`skills.folders.heron=${dir}`]);
  expect(code).toBe(1);
  expect(find('Skills')).toEqual({
    part: 'Skills',
    state: 'missing',
    detail: `skills.folders.heron: ${dir}/SKILL.md: there is no such file`,
  });
});

test('for people it is one line a part', async () => {
  const { code, stdout } = await gatehouse([
    ...['doctor', '--data-dir', dir, '--set', 'envoy.path=/nowhere/envoy'],
  ]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^ok {7}Node {17}v/m);
  expect(stdout).toMatch(/^missing {2}Envoy {16}envoy was not found at \/nowhere\/envoy: run 'make setup'/m);
  expect(stdout).toMatch(/^limited {2}Model {16}the stand-in model answers/m);
});

test('a missing CLI is said with how to install it, and exits with 1', async () => {
  const { code, find } = await doctor(['pool.claudePath=/nowhere/claude']);
  expect(code).toBe(1);
  expect(find('Claude Code CLI')).toEqual({
    part: 'Claude Code CLI',
    state: 'missing',
    detail: expect.stringMatching(/not found at \/nowhere\/claude: run 'make setup', .*npm/),
  });
});

test('without bubblewrap the sandbox is limited, which is no failure', async () => {
  const { code, find } = await doctor(['pool.bwrapPath=/nowhere/bwrap']);
  expect(code).toBe(0);
  expect(find('Sandbox')).toEqual({
    part: 'Sandbox',
    state: 'limited',
    detail: expect.stringMatching(
      /without any tools: bwrap was not found at \/nowhere\/bwrap: .*bubblewrap package/,
    ),
  });
});

test('where bubblewrap is demanded and missing, that is a failure', async () => {
  const { code, find } = await doctor(['pool.sandbox=bubblewrap', 'pool.bwrapPath=/nowhere/bwrap']);
  expect(code).toBe(1);
  expect(find('Sandbox')?.state).toBe('missing');
});

test('the stand-in model is limited, and how to have the real one is said', async () => {
  const { code, find } = await doctor();
  expect(code).toBe(0);
  expect(find('Model')).toEqual({
    part: 'Model',
    state: 'limited',
    detail: expect.stringContaining('set ANTHROPIC_API_KEY or model.apiKeyFile'),
  });
});

test('a redis.url that does not answer is missing, and its password is not shown', async () => {
  const { code, find, text } = await doctor(['redis.url=redis://:hunter2@127.0.0.1:1']);
  expect(code).toBe(1);
  expect(find('Redis')).toEqual({
    part: 'Redis',
    state: 'missing',
    detail: expect.stringMatching(
      /^The Redis at redis:\/\/127\.0\.0\.1:1 does not answer \(.+\): start it or correct its address/,
    ),
  });
  expect(text).not.toContain('hunter2');
});

test('a redis.url that answers is an existing one, with its version', async () => {
  redis = await startTestRedis();
  const { code, find } = await doctor([`redis.url=${redis.address.url}`]);
  expect(code).toBe(0);
  expect(find('Redis')).toEqual({
    part: 'Redis',
    state: 'ok',
    detail: expect.stringMatching(/^\d+\.\d+\.\d+ at unix:\/\/.*, an existing one$/),
  });
});

test('a Redis that evicts keys is limited', async () => {
  redis = await startTestRedis();
  const connection = openRedis(redis.address, 'test');
  await once(connection, 'ready');
  await connection.config('SET', 'maxmemory-policy', 'allkeys-lru');
  connection.disconnect();
  const { code, find } = await doctor([`redis.url=${redis.address.url}`]);
  expect(code).toBe(0);
  expect(find('Redis')).toMatchObject({ state: 'limited', detail: expect.stringContaining('allkeys-lru') });
});

test('a Redis that answers is asked for the time and for what it keeps', async () => {
  redis = await startTestRedis();
  const { find } = await doctor([`redis.url=${redis.address.url}`]);
  expect(find('Clock')).toEqual({
    part: 'Clock',
    state: expect.stringMatching(/^(ok|limited)$/),
    detail: expect.stringContaining("Redis's clock is "),
  });
  expect(find('Redis, what it keeps')?.state).toMatch(/^(ok|limited)$/);
});

test('a configuration that cannot be used is all that is told', async () => {
  const { code, findings } = await doctor(['listen.apii=127.0.0.1:1']);
  expect(code).toBe(1);
  expect(findings).toEqual([
    { part: 'Configuration', state: 'wrong', detail: expect.stringContaining('did you mean "listen.api"') },
  ]);
});

test('of an installation that runs, the Redis is its own, and not called an existing one', async () => {
  redis = await startTestRedis();
  const socket = join(dir, 'run/redis.sock');
  await mkdir(join(dir, 'run'));
  await symlink(new URL(redis.address.url).pathname, socket);
  await writeFile(join(dir, 'run/gatehouse.yaml'), `redis:\n  url: unix://${socket}\n`);
  const { code, find } = await doctor();
  // Nothing but its Redis is there.
  expect(find('Installation')?.state).toBe('wrong');
  expect(code).toBe(1);
  expect(find('Redis')).toMatchObject({
    state: 'ok',
    detail: expect.stringMatching(/, this installation's own$/),
  });

  await redis.kill();
  const after = await doctor();
  expect(after.code).toBe(1);
  expect(after.find('Redis')?.detail).toContain("start again with 'gatehouse up'");
});

test('of each workspace it says whether its repository can be read and has its branch', async () => {
  const repository = makeRepository({ 'a.txt': 'a' });
  try {
    const set = workspacesOf({
      shop: { path: repository.path },
      branchless: { path: repository.path, defaultBranch: 'trunk' },
      gone: { path: join(dir, 'gone') },
      tokenless: { url: 'https://git.example.org/a.git', credential: { tokenVariable: 'NOT_SET_HERE' } },
    });
    const { code, find } = await doctor([set], KEY);
    expect(code).toBe(1);
    expect(find('Workspaces')?.state).toBe('wrong');
    expect(find('Workspaces')?.detail.split('; ')).toEqual([
      `branchless: ${repository.path} has no branch trunk: set defaultBranch.`,
      expect.stringContaining(`gone: ${dir}/gone cannot be read (not_found)`),
      expect.stringContaining(
        'tokenless: workspaces.repositories.tokenless.credential.tokenVariable has no token',
      ),
    ]);
    const good = await doctor([workspacesOf({ shop: { path: repository.path } })], KEY);
    expect(good.find('Workspaces')).toEqual({ part: 'Workspaces', state: 'ok', detail: 'shop' });
  } finally {
    repository.remove();
  }
});
