import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { serveUnary } from '../../src/grpc/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-compose-'));
  return () => rm(dir, { recursive: true, force: true });
});

interface Ended {
  code: number;
  output: string;
}

/** Runs one of deploy/compose to its end. */
function runScript(name: string, args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const [file, ...before] = name.endsWith('.mjs') ? [process.execPath, script(name)] : ['sh', script(name)];
  return new Promise((resolve) => {
    execFile(
      file as string,
      [...before, ...args],
      { env: { PATH: process.env.PATH ?? '', ...env } },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        resolve({ code: typeof code === 'number' ? code : -1, output: stdout + stderr });
      },
    );
  });
}

function script(name: string): string {
  return join(ROOT, 'deploy/compose', name);
}

describe('the health check', () => {
  test('of a gRPC service follows what the service says of itself', async () => {
    const server = await serveUnary({
      services: [],
      host: '127.0.0.1',
      port: 0,
      maxReceiveBytes: 1024,
      onError: () => {},
    });
    const url = `grpc://127.0.0.1:${server.port}`;
    expect(await runScript('health.mjs', [url])).toMatchObject({ code: 0 });
    server.setServing(false);
    expect(await runScript('health.mjs', [url])).toMatchObject({ code: 1 });
    await server.close(0);
    const gone = await runScript('health.mjs', [url]);
    expect(gone.code).toBe(1);
    expect(gone.output).toContain('ECONNREFUSED');
  });

  test('of an HTTP service is its status', async () => {
    let status = 200;
    const server = createServer((_request, response) => response.writeHead(status).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
    expect(await runScript('health.mjs', [url])).toMatchObject({ code: 0 });
    status = 503;
    expect(await runScript('health.mjs', [url])).toMatchObject({ code: 1 });
    await new Promise((resolve) => server.close(resolve));
    expect(await runScript('health.mjs', [url])).toMatchObject({ code: 1 });
  });
});

describe('make-secrets', () => {
  const names = [
    ...['assertion_key', 'hash_key', 'metrics_token', 'provider_key', 'redis_password'],
    ...['tls_certificate', 'tls_key'],
  ];
  const secret = (name: string) => readFile(join(dir, 'secrets', name), 'utf8');

  test('makes every secret for containers to read, in a folder that only its owner can enter', async () => {
    expect(await runScript('make-secrets', [join(dir, 'secrets')])).toMatchObject({ code: 0 });
    expect((await stat(join(dir, 'secrets'))).mode & 0o777).toBe(0o700);
    for (const name of names) expect((await stat(join(dir, 'secrets', name))).mode & 0o777, name).toBe(0o444);
    for (const name of ['hash_key', 'assertion_key', 'metrics_token', 'redis_password']) {
      expect(await secret(name)).toMatch(/^[0-9a-f]{64}\n$/);
    }
    expect(new X509Certificate(await secret('tls_certificate')).subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1',
    );
    expect(await secret('tls_key')).toContain('PRIVATE KEY');
  });

  test('keeps what is there, and adds a provider key that was missing', async () => {
    const first = await runScript('make-secrets', [join(dir, 'secrets')]);
    expect(first.output).toContain('provider_key is empty');
    const before = await Promise.all(names.map(secret));
    const second = await runScript('make-secrets', [join(dir, 'secrets')], { ANTHROPIC_API_KEY: 'a-key' });
    expect(second.code).toBe(0);
    expect(second.output).not.toContain('is empty');
    expect(second.output).not.toContain('a-key');
    expect(await secret('provider_key')).toBe('a-key');
    const after = await Promise.all(names.map(secret));
    expect(names.filter((_, index) => after[index] !== before[index])).toEqual(['provider_key']);
  });
});

describe('install-claude-code', () => {
  /** Stands in for npm: notes how it was called, and leaves a program behind unless told not to. */
  const NPM = `#!/bin/sh
echo "$@" >> calls
[ "$NPM" = fails ] && exit 1
cli=node_modules/@anthropic-ai/claude-code-here/claude
rm -rf node_modules
[ "$NPM" = installs-nothing ] || install -D /bin/true $cli
`;
  let target: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    target = join(dir, 'claude-code');
    await mkdir(target);
    await mkdir(join(dir, 'bin'));
    await writeFile(join(dir, 'bin/npm'), NPM);
    await chmod(join(dir, 'bin/npm'), 0o755);
    env = { PATH: `${join(dir, 'bin')}:${process.env.PATH}` };
  });

  const install = (more: Record<string, string> = {}) =>
    runScript('install-claude-code', [target], { ...env, ...more });
  const calls = () =>
    readFile(join(target, 'calls'), 'utf8').then(
      (text) => text.trim().split('\n'),
      () => [],
    );

  test('downloads nothing without an explicit yes, and says how to give it', async () => {
    for (const answer of [{}, { ACCEPT_ANTHROPIC_TERMS: '' }, { ACCEPT_ANTHROPIC_TERMS: 'no' }]) {
      const refused = await install(answer);
      expect(refused.code).toBe(1);
      expect(refused.output).toContain('ACCEPT_ANTHROPIC_TERMS=yes');
    }
    expect(await calls()).toEqual([]);
  });

  test('installs the locked version once, and needs no second yes', async () => {
    expect(await install({ ACCEPT_ANTHROPIC_TERMS: 'yes' })).toMatchObject({ code: 0 });
    expect(await calls()).toEqual([expect.stringMatching(/^ci --ignore-scripts /)]);
    const lock = 'package-lock.json';
    expect(await readFile(join(target, lock), 'utf8')).toBe(
      await readFile(join(ROOT, 'toolchain/claude-code', lock), 'utf8'),
    );
    expect(await install()).toMatchObject({ code: 0 });
    expect(await calls()).toHaveLength(1);
  });

  test('fails where npm could download nothing, which npm itself takes for a success', async () => {
    const failed = await install({ ACCEPT_ANTHROPIC_TERMS: 'yes', NPM: 'installs-nothing' });
    expect(failed.code).toBe(1);
    expect(failed.output).toContain('check that the npm registry can be reached');
  });

  test('tries again after an installation that failed or was for another version', async () => {
    for (const NPM of ['fails', 'installs-nothing']) {
      expect((await install({ ACCEPT_ANTHROPIC_TERMS: 'yes', NPM })).code).toBe(1);
    }
    expect(await install({ ACCEPT_ANTHROPIC_TERMS: 'yes' })).toMatchObject({ code: 0 });
    await writeFile(join(target, 'installed-lock.json'), '{}');
    expect((await install()).code).toBe(1);
    expect(await install({ ACCEPT_ANTHROPIC_TERMS: 'yes' })).toMatchObject({ code: 0 });
    expect(await calls()).toHaveLength(4);
  });
});
