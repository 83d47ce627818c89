import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkEnvoy } from '../../src/envoy/index.ts';
import { openRedis } from '../../src/redis/index.ts';
import { findTool, missingTool, ROOT } from '../../src/toolchain/index.ts';
import { makeTestCertificate } from '../support/certificate.ts';
import { until } from '../support/until.ts';

const COMPOSE = join(ROOT, 'deploy/compose');
const read = (path: string) => readFile(join(ROOT, path), 'utf8');

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-compose-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('deploy/compose/envoy.yaml', () => {
  test('is what `gatehouse envoy render` prints for deploy/compose/gatehouse.yaml', async () => {
    const args = ['envoy', 'render', '--config', join(COMPOSE, 'gatehouse.yaml')];
    const { stdout } = await promisify(execFile)(join(ROOT, 'bin/gatehouse'), args, { maxBuffer: 1 << 22 });
    const remedy =
      'bin/gatehouse envoy render --config deploy/compose/gatehouse.yaml > deploy/compose/envoy.yaml';
    expect(await read('deploy/compose/envoy.yaml'), `out of date: ${remedy}`).toBe(stdout);
  });

  test('is accepted by the real Envoy, with a certificate where the secrets are mounted', async () => {
    const certificate = await makeTestCertificate();
    const yaml = (await read('deploy/compose/envoy.yaml'))
      .replace('/run/secrets/tls_certificate', certificate.certFile)
      .replace('/run/secrets/tls_key', certificate.keyFile);
    expect(await checkEnvoy(yaml)).toEqual({ ok: true });
    await certificate.close();
  });
});

describe("Redis's command", () => {
  test('starts a durable Redis whose password comes from the secret and is in no argument', async () => {
    const program = findTool('redis-server');
    if (program === undefined) throw new Error(missingTool('redis-server'));
    const socket = join(dir, 'redis.sock');
    const settings = (await read('deploy/compose/redis.conf'))
      .replace('port 6379', `port 0\nunixsocket ${socket}`)
      .replace('dir /data', `dir ${dir}`);
    await writeFile(join(dir, 'redis.conf'), settings);
    await writeFile(join(dir, 'password'), 'a-password\n');
    const [shell, option, script] = parse(await read('docker-compose.yml'), { merge: true }).services.redis
      .command as [string, string, string];
    const here = script
      .replaceAll('$$', '$')
      .replace('redis-server /etc/redis/redis.conf', `${program} ${join(dir, 'redis.conf')}`)
      .replace('/run/secrets/redis_password', join(dir, 'password'));

    const child = spawn(shell, [option, here], { stdio: 'ignore' });
    const redis = openRedis({ url: `unix://${socket}`, password: 'a-password' }, 'test');
    const stranger = openRedis({ url: `unix://${socket}` }, 'test');
    const refusals: string[] = [];
    redis.on('error', () => {});
    stranger.on('error', ({ message }) => refusals.push(message));
    try {
      await until(async () => (await redis.ping().catch(() => '')) === 'PONG', 'Redis answers');
      await until(() => refusals.some((message) => message.includes('NOAUTH')), 'Redis refuses a stranger');
      expect(await redis.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
      expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
      expect(await readFile(`/proc/${child.pid}/cmdline`, 'utf8')).not.toContain('a-password');
    } finally {
      redis.disconnect();
      stranger.disconnect();
      const gone = once(child, 'exit');
      // Reaches Redis itself, which the shell became.
      child.kill('SIGTERM');
      await gone;
    }
  });
});

describe('the Dockerfile', () => {
  const instructions = async () =>
    (await read('Dockerfile'))
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => /^[A-Z]+ /.test(line));

  test('pins its base images to an exact version', async () => {
    for (const line of (await instructions()).filter((instruction) => instruction.startsWith('FROM '))) {
      expect(line).toMatch(/^FROM [a-z/]+:\d+\.\d+\.\d+-[a-z-]+( AS [a-z]+)?$/);
    }
  });

  test('takes programs from Debian and the locked libraries alone, without running their scripts', async () => {
    const downloads = (await instructions()).filter((line) =>
      /\b(npm|npx|curl|wget|git|apt-get|ADD)\b/.test(line),
    );
    expect(downloads.map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      'RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund',
      // Of the stage that builds the pages, which goes into no image.
      'RUN npm ci --ignore-scripts --no-audit --no-fund',
      'RUN apt-get update && apt-get install --yes --no-install-recommends bubblewrap ca-certificates git openssh-client python3 && rm --recursive --force /var/lib/apt/lists/*',
    ]);
  });

  const ignored = async () =>
    (await read('.dockerignore')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));

  test('brings every file that the code reads of a checkout, but for what is installed or built', async () => {
    const admitted = (await ignored()).map((line) => line.replace('!', ''));
    const sources = await readdir(join(ROOT, 'src'), { recursive: true });
    const files = sources.filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'));
    const texts = await Promise.all(files.map((path) => read(`src/${path}`)));
    const paths = texts.flatMap((text) =>
      [...text.matchAll(/\bjoin\(ROOT, '([^']+)'/g)].map(([, path]) => path as string),
    );
    expect(paths).toContain('envoy');
    const missing = paths.filter((path) => !admitted.some((each) => `${path}/`.startsWith(`${each}/`)));
    expect(missing.filter((path) => !/^(\.tools|\.gatehouse|dist)\b/.test(path))).toEqual([]);
  });

  test('leaves Claude Code out: no library brings it, and no installed copy can be copied in', async () => {
    expect(await read('package-lock.json')).not.toContain('@anthropic-ai/');
    const [first, ...admitted] = await ignored();
    expect(first).toBe('*');
    expect(admitted.filter((line) => /\.tools|node_modules|secrets|^!\.|\.gatehouse/.test(line))).toEqual([]);
  });

  test('ends as a user without privileges', async () => {
    const users = (await instructions()).filter((line) => line.startsWith('USER '));
    expect(users.at(-1)).toMatch(/^USER [1-9]\d*:[1-9]\d*$/);
  });
});

test("the worker's seccomp profile leaves bubblewrap the calls that it makes, and refuses keyrings and bpf", async () => {
  const { defaultAction, syscalls } = JSON.parse(await read('deploy/compose/seccomp-worker.json')) as {
    defaultAction: string;
    syscalls: { names: string[]; action: string }[];
  };
  expect(defaultAction).toBe('SCMP_ACT_ALLOW');
  expect(new Set(syscalls.map(({ action }) => action))).toEqual(new Set(['SCMP_ACT_ERRNO']));
  const refused = syscalls.flatMap(({ names }) => names);
  for (const name of ['clone', 'clone3', 'unshare', 'mount', 'umount2', 'pivot_root'])
    expect(refused).not.toContain(name);
  expect(refused).toEqual(expect.arrayContaining(['keyctl', 'add_key', 'bpf', 'setns', 'io_uring_setup']));
});
