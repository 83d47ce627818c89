import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../src/toolchain/index.ts';
import { makeTestCertificate } from '../support/certificate.ts';
import { connectRls, descriptor } from '../support/ratelimit.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

let redis: TestRedis;
let dir: string;
beforeAll(async () => {
  redis = await startTestRedis();
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-environment-'));
  await mkdir(join(dir, 'ratelimit/config'), { recursive: true });
  await writeFile(
    join(dir, 'ratelimit/config/rules.yaml'),
    'domain: shop\ndescriptors: [{key: client, rate_limit: {unit: year, requests_per_unit: 1}}]\n',
  );
});
afterAll(async () => {
  await redis?.close();
  await rm(dir, { recursive: true, force: true });
});

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Runs `gatehouse serve ratelimit` as a container does, by its environment alone. */
async function serve(env: Record<string, string>) {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'src/cli/main.ts'), 'serve', 'ratelimit', '--data-dir', dir],
    {
      env: {
        PATH: process.env.PATH,
        RUNTIME_ROOT: dir,
        RUNTIME_SUBDIRECTORY: 'ratelimit',
        REDIS_SOCKET_TYPE: 'unix',
        REDIS_URL: new URL(redis.address.url).pathname,
        GRPC_HOST: '127.0.0.1',
        GRPC_PORT: '0',
        HOST: '127.0.0.1',
        PORT: '0',
        ...env,
      },
    },
  );
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = once(child, 'close').then(([code]) => code as number);
  const lines = () => output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  const addressOf = (message: string): string => lines().find(({ msg }) => msg === message)?.address;
  return {
    exited,
    output: () => output,
    lines,
    async ready() {
      await until(() => output.includes('"msg":"ready"'), `it is ready: ${output}`, 20_000);
      return {
        grpc: addressOf('the rate limit service listens'),
        http: `http://${addressOf('the rate limit service answers HTTP')}`,
      };
    },
    async stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

test('it serves what the environment of a deployment of envoyproxy/ratelimit names', async () => {
  const service = await serve({
    LIMIT_RESPONSE_HEADERS_ENABLED: 'true',
    USE_STATSD: 'false',
    USE_PROMETHEUS: 'true',
    PROMETHEUS_ADDR: '127.0.0.1:0',
    LOG_LEVEL: 'info',
  });
  const { grpc, http } = await service.ready();
  const client = connectRls(grpc);
  const request = { domain: 'shop', descriptors: [descriptor({ client: 'a' })] };
  expect(await client.check(request)).toMatchObject({
    overallCode: 'OK',
    responseHeadersToAdd: [
      { key: 'RateLimit-Limit', value: '1' },
      { key: 'RateLimit-Remaining', value: '0' },
      { key: 'RateLimit-Reset' },
    ],
  });
  expect((await client.check(request)).overallCode).toBe('OVER_LIMIT');
  expect(await client.health('ratelimit')).toBe('SERVING');
  client.close();
  expect(await (await fetch(`${http}/healthcheck`)).text()).toBe('OK');
  expect(service.lines()).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      code: 'setting_without_effect',
      reason: expect.stringContaining('USE_STATSD: '),
    }),
  );
  expect(await service.stop()).toBe(0);
});

test('it names settings that cannot be used, and does not start', async () => {
  const service = await serve({ NEAR_LIMIT_RATIO: 'much', BACKEND_TYPE: 'memcache' });
  expect(await service.exited).toBe(1);
  expect(service.output()).toContain('BACKEND_TYPE: expected redis');
  expect(service.output()).toContain('NEAR_LIMIT_RATIO: expected a number, got "much"');
});

test('it serves gRPC with TLS to those whose certificate is for the name that is asked for', async () => {
  const certificate = await makeTestCertificate();
  const settings = {
    GRPC_SERVER_USE_TLS: 'true',
    GRPC_SERVER_TLS_CERT: certificate.certFile,
    GRPC_SERVER_TLS_KEY: certificate.keyFile,
    GRPC_CLIENT_TLS_CACERT: certificate.certFile,
  };
  const [cert, key] = await Promise.all([readFile(certificate.certFile), readFile(certificate.keyFile)]);
  const [named, other] = await Promise.all([
    serve({ ...settings, GRPC_CLIENT_TLS_SAN: 'localhost' }),
    serve({ ...settings, GRPC_CLIENT_TLS_SAN: 'somebody-else' }),
  ]);
  const request = { domain: 'shop', descriptors: [descriptor({ client: 'tls' })] };
  const ask = async (address: string, channel = credentials.createSsl(cert, key, cert)) => {
    const client = connectRls(address.replace('127.0.0.1', 'localhost'), channel);
    try {
      return (await client.check(request)).overallCode;
    } catch (error) {
      return (error as { code: number }).code;
    } finally {
      client.close();
    }
  };
  const UNAUTHENTICATED = 16;
  const UNAVAILABLE = 14;
  const { grpc } = await named.ready();
  expect(await ask(grpc)).toBe('OK');
  expect(await ask(grpc, credentials.createSsl(cert))).toBe(UNAVAILABLE);
  expect(await ask(grpc, credentials.createInsecure())).toBe(UNAVAILABLE);
  expect(await ask((await other.ready()).grpc)).toBe(UNAUTHENTICATED);
  await certificate.close();
});

test('it serves gRPC on a unix socket', async () => {
  const service = await serve({ GRPC_UDS: join(dir, 'grpc.sock') });
  const { grpc } = await service.ready();
  const client = connectRls(`unix:${grpc}`);
  const request = { domain: 'shop', descriptors: [descriptor({ client: 'socket' })] };
  expect((await client.check(request)).overallCode).toBe('OK');
  client.close();
});

test('it says which file of TLS cannot be used', async () => {
  const service = await serve({
    GRPC_SERVER_USE_TLS: 'true',
    GRPC_SERVER_TLS_CERT: join(dir, 'missing.crt'),
    GRPC_SERVER_TLS_KEY: join(dir, 'missing.key'),
  });
  expect(await service.exited).toBe(1);
  expect(service.output()).toContain(`${join(dir, 'missing.crt')} cannot be read (ENOENT)`);
});
