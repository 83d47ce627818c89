import { once } from 'node:events';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRedis } from '../../src/redis/index.ts';
import { gatehouse, temporaryFolder } from '../support/installation.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

interface Finding {
  part: string;
  state: 'ok' | 'limited' | 'missing';
  detail: string;
}

const KEY = { ANTHROPIC_API_KEY: 'sk-ant-of-the-test' };
const VERSION = /^\d+\.\d+\.\d+ at \//;

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
  const settings = set.flatMap((value) => ['--set', value]);
  const { code, stdout } = await gatehouse(['doctor', '--json', '--data-dir', dir, ...settings], env);
  const findings = JSON.parse(stdout) as Finding[];
  const find = (name: string) => findings.find(({ part }) => part === name);
  return { code, findings, find, text: stdout };
}

test('where everything is there, it says where and exits with 0', async () => {
  const { code, findings, text } = await doctor([], KEY);
  expect(code).toBe(0);
  expect(findings).toEqual([
    { part: 'Node', state: 'ok', detail: expect.stringMatching(/^v\d+\.\d+\.\d+ at \//) },
    { part: 'Envoy', state: 'ok', detail: expect.stringMatching(VERSION) },
    { part: 'Redis', state: 'ok', detail: expect.stringMatching(VERSION) },
    { part: 'Claude Code CLI', state: 'ok', detail: expect.stringMatching(VERSION) },
    { part: 'Sandbox', state: 'ok', detail: 'bubblewrap' },
    { part: 'Skills', state: 'ok', detail: 'docx, pdf, tdd' },
    { part: 'Model', state: 'ok', detail: expect.stringContaining('the provider at ') },
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
  expect(stdout).toMatch(/^ok {7}Node {13}v/m);
  expect(stdout).toMatch(/^missing {2}Envoy {12}envoy was not found at \/nowhere\/envoy: run 'make setup'/m);
  expect(stdout).toMatch(/^limited {2}Model {12}the stand-in model answers/m);
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

test('of an installation that runs, the Redis is its own, and not called an existing one', async () => {
  redis = await startTestRedis();
  const socket = join(dir, 'run/redis.sock');
  await mkdir(join(dir, 'run'));
  await symlink(new URL(redis.address.url).pathname, socket);
  await writeFile(join(dir, 'run/gatehouse.yaml'), `redis:\n  url: unix://${socket}\n`);
  const { code, find } = await doctor();
  expect(code).toBe(0);
  expect(find('Redis')).toMatchObject({
    state: 'ok',
    detail: expect.stringMatching(/, this installation's own$/),
  });

  await redis.kill();
  const after = await doctor();
  expect(after.code).toBe(1);
  expect(after.find('Redis')?.detail).toContain("start again with 'gatehouse up'");
});
