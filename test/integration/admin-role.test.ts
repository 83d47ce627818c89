import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAdmin } from '../../src/admin/index.ts';
import { type Config, loadConfig } from '../../src/config/index.ts';
import type { ListeningServer } from '../../src/http/index.ts';
import { silentLogger } from '../../src/telemetry/index.ts';
import { describedText } from '../support/admin-openapi.ts';
import { gatehouse } from '../support/installation.ts';
import { descriptor, startTestRatelimit, type TestRatelimit } from '../support/ratelimit.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const RULES = `
domain: shop
gatehouse: { denied: free }
descriptors: [{ key: client, rate_limit: { name: each, unit: day, requests_per_unit: 2 } }]
`;
const TOKEN = 'f'.repeat(64);

let dir: string;
let redis: TestRedis;
let admin: ListeningServer;
let service: TestRatelimit & { close(): Promise<void> };
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-admin-'));
  redis = await startTestRedis();
  await writeFile(join(dir, 'token'), `${TOKEN}\n`);
  await writeFile(join(dir, 'rules.yaml'), RULES);
  admin = await startAdmin({ config: config(), logger: silentLogger });
  service = await startTestRatelimit({
    redis: redis.address,
    rules: [RULES],
    set: ['envoy.ratelimitTimeout=10s'],
  });
});
afterAll(async () => {
  await service?.close();
  await admin?.close(0);
  await redis?.close();
  await rm(dir, { recursive: true, force: true });
});

function config(...set: string[]) {
  return loadConfig({
    dataDir: dir,
    cwd: dir,
    set: [
      'listen.admin=127.0.0.1:0',
      `redis.url=${redis.address.url}`,
      'admin.tokenFile=token',
      'ratelimit.files=["rules.yaml"]',
      ...set,
    ],
  });
}

function withoutToken({ admin: { tokenFile: _, ...admin }, ...rest }: Config): Config {
  return { ...rest, admin };
}

async function call(method: string, path: string, body?: object, token = TOKEN) {
  const answer = await fetch(`http://127.0.0.1:${admin.port}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await describedText(method, answer);
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
}

const ask = async (client: string, hits = 1) => {
  const descriptors = [descriptor({ client }, { hitsAddend: { value: hits } })];
  return (await service.check({ domain: 'shop', descriptors })).statuses[0];
};

describe('the admin API', () => {
  it('changes limits in the running service and keeps account of it', async () => {
    const override = {
      domain: 'shop',
      limit: 'each',
      entries: { client: 'a' },
      requests: 9,
      expiresInS: 3600,
    };
    const created = await call('PUT', '/api/limits/overrides', override);
    expect(created).toMatchObject({
      status: 201,
      json: { override: { requests: 9, setBy: 'admin:default' }, replaced: null },
    });
    await until(async () => (await ask('a', 0))?.currentLimit?.requestsPerUnit === 9, 'the service has it');
    const { id } = created.json.override;
    expect(await call('GET', '/api/limits/overrides')).toMatchObject({
      status: 200,
      json: { overrides: [{ id }] },
    });
    expect((await call('DELETE', `/api/limits/overrides/${id}`)).status).toBe(204);
    expect((await call('DELETE', `/api/limits/overrides/${id}`)).status).toBe(404);
    await until(
      async () => (await ask('a', 0))?.currentLimit?.requestsPerUnit === 2,
      'the rule file holds again',
    );
    expect(await call('GET', '/api/audit?limit=2')).toMatchObject({
      json: { entries: [{ action: 'override.unset' }, { action: 'override.set', details: { requests: 9 } }] },
    });
  });

  it('shows and changes what is counted', async () => {
    const entries = [{ key: 'client', value: 'b' }];
    await ask('b', 2);
    expect((await ask('b'))?.code).toBe('OVER_LIMIT');
    expect(await call('GET', '/api/limits/peek?domain=shop&entry=client=b')).toMatchObject({
      json: { limits: [{ state: { used: 2, remaining: 0 } }] },
    });
    expect(await call('GET', '/api/limits/explain?domain=shop&entry=client=b')).toMatchObject({
      json: { result: { kind: 'limited', next: 'refused' } },
    });
    expect(await call('POST', '/api/limits/refund', { domain: 'shop', entries, hits: 1 })).toMatchObject({
      json: { limits: [{ state: { used: 1 } }] },
    });
    expect(await call('POST', '/api/limits/reset', { domain: 'shop', entries })).toMatchObject({
      status: 200,
    });
    expect((await ask('b', 2))?.code).toBe('OK');
    const offenders = async () => (await call('GET', '/api/limits/offenders')).json.offenders as unknown[];
    await until(async () => (await offenders()).length > 0, 'the service has told its counts', 20_000);
    expect(await offenders()).toMatchObject([{ limit: 'each', entries, limited: 1 }]);
  });

  it('tells what cannot be', async () => {
    const override = { domain: 'shop', limit: 'eech', requests: 9 };
    expect(await call('PUT', '/api/limits/overrides', override)).toMatchObject({
      status: 404,
      json: {
        code: 'unknown_limit',
        detail: 'Domain shop has no limit "eech"; did you mean "each"? Use each.',
      },
    });
    expect((await call('GET', '/api/limits/offenders', undefined, 'x'.repeat(64))).status).toBe(401);
  });

  it('tells that a running process refused newer rules, and why, until they are mended', async () => {
    const status = async () => (await call('GET', '/api/limits/status')).json.processes;
    const command = (...args: string[]) =>
      gatehouse(['limits', 'status', ...args, '--set', `redis.url=${redis.address.url}`]);
    await until(async () => (await status()).length === 1, 'the process has told of its rules');
    const [before] = await status();
    expect(before).toMatchObject({
      ...{ role: 'ratelimit', source: 'files', domains: 1, limits: 1 },
      ...{ files: { count: 1, names: [expect.stringMatching(/rules-0\.yaml$/)] }, warnings: { count: 0 } },
    });
    expect(before).not.toHaveProperty('refused');
    const [file] = before.files.names;
    const line = `ratelimit ${before.process} on ${hostname()}: 1 domain, 1 limit from ${file}`;
    expect(await command()).toEqual({ code: 0, stdout: `${line} since ${before.loadedAt}\n`, stderr: '' });

    await service.writeRules(0, 'domain: shop\ndescriptor: []\n');
    await until(async () => (await status())[0]?.refused !== undefined, 'the refusal is told');
    const [refusing] = await status();
    expect(refusing).toMatchObject({
      ...{ process: before.process, loadedAt: before.loadedAt, domains: 1, limits: 1 },
      refused: {
        count: 1,
        problems: [{ file, line: 2, column: 1, path: 'descriptor', code: 'unknown_key' }],
      },
    });
    const told = await command();
    expect({ code: told.code, stderr: told.stderr }).toEqual({ code: 1, stderr: '' });
    expect(told.stdout).toBe(
      `${line} since ${before.loadedAt}; newer rules are refused since ${refusing.refused.since}:\n` +
        `  ${file}:2:1: descriptor: unknown key; did you mean "descriptors"?\n`,
    );
    const asJson = await command('--json');
    expect(asJson.code).toBe(1);
    expect(JSON.parse(asJson.stdout)).toEqual({ ok: false, processes: [refusing] });

    await service.writeRules(0, RULES);
    await until(async () => (await status())[0]?.refused === undefined, 'the refusal is gone');
    expect((await command()).code).toBe(0);
  });

  it('tells no more of a process that has ended', async () => {
    const processes = async () => (await call('GET', '/api/limits/status')).json.processes.length;
    const second = await startTestRatelimit({ redis: redis.address, rules: [RULES] });
    await until(async () => (await processes()) === 2, 'the second has told of its rules');
    await second.close();
    expect(await processes()).toBe(1);
  });

  it('answers 500 with every mistake while the rule files cannot be used, and serves on', async () => {
    await writeFile(join(dir, 'rules.yaml'), 'domain: shop\ndescriptors: 7\n');
    expect(await call('GET', '/api/limits/peek?domain=shop&entry=client=b')).toMatchObject({
      status: 500,
      json: { code: 'invalid_rules', detail: expect.stringContaining('rules.yaml:2:14') },
    });
    await writeFile(join(dir, 'rules.yaml'), RULES);
    expect((await call('GET', '/api/limits/peek?domain=shop&entry=client=b')).status).toBe(200);
  });

  it('answers 503 while Redis is away, and goes on without a restart', async () => {
    await redis.kill();
    await until(async () => (await call('GET', '/ready')).status === 503, 'Redis is missed');
    expect(await call('GET', '/api/audit')).toMatchObject({
      status: 503,
      json: { code: 'service_unavailable' },
    });
    expect((await call('GET', '/health')).status).toBe(200);
    await redis.start();
    await until(async () => (await call('GET', '/ready')).status === 200, 'Redis is back');
    expect((await call('GET', '/api/audit')).status).toBe(200);
  });
});

describe('it does not start', () => {
  it('without a token, on whatever address', async () => {
    for (const address of ['127.0.0.1:0', '0.0.0.0:0']) {
      const starting = startAdmin({
        config: withoutToken(config(`listen.admin=${address}`)),
        logger: silentLogger,
      });
      await expect(starting).rejects.toThrow('admin.tokenFile is not set');
    }
  });

  it('on an address that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await expect(
      startAdmin({ config: config(`listen.admin=127.0.0.1:${port}`), logger: silentLogger }),
    ).rejects.toThrow(`listen.admin: 127.0.0.1:${port} is in use already`);
    other.close();
  });
});
