import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startTestRatelimit, type TestRatelimit } from '../support/ratelimit.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const RULES = `domain: shop
descriptors:
  - {key: client, rate_limit: {unit: year, requests_per_unit: 2, name: two-a-year}}
  - {key: path, rate_limit: {unlimited: true}}
`;

let redis: TestRedis;
let service: TestRatelimit & { close(): Promise<void> };
beforeAll(async () => {
  redis = await startTestRedis();
  service = await startTestRatelimit({ redis: redis.address, rules: [RULES] });
});
afterAll(async () => {
  await service?.close();
  await redis?.close();
});

async function post(body: unknown, url = service.httpUrl, headers = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(`${url}/json`, { method: 'POST', body: text, headers });
  const said = await answer.text();
  const type = answer.headers.get('content-type');
  return { status: answer.status, type, body: type?.includes('json') ? JSON.parse(said) : said };
}

const asking = (client: string) => ({
  domain: 'shop',
  descriptors: [{ entries: [{ key: 'client', value: client }] }, { entries: [{ key: 'path', value: '/' }] }],
});

describe('POST /json', () => {
  it('is 200 with each status while there is room', async () => {
    expect(await post(asking('a'))).toEqual({
      status: 200,
      type: 'application/json; charset=utf-8',
      body: {
        overallCode: 'OK',
        statuses: [
          {
            code: 'OK',
            currentLimit: { requestsPerUnit: 2, unit: 'YEAR', name: 'two-a-year' },
            limitRemaining: 1,
            durationUntilReset: expect.stringMatching(/^\d+s$/),
          },
          { code: 'OK', limitRemaining: 4294967295 },
        ],
      },
    });
  });

  it('is 429 over the limit, and says why in the body for the caller', async () => {
    await post(asking('b'));
    await post(asking('b'));
    const { status, body } = await post(asking('b'), service.httpUrl, { 'x-request-id': 'request-1' });
    expect(status).toBe(429);
    expect(body).toMatchObject({
      overallCode: 'OVER_LIMIT',
      statuses: [{ code: 'OVER_LIMIT', currentLimit: { name: 'two-a-year' } }, { code: 'OK' }],
      responseHeadersToAdd: [{ key: 'content-type', value: 'application/problem+json' }],
    });
    expect(body.statuses[0]).not.toHaveProperty('limitRemaining');
    expect(JSON.parse(Buffer.from(body.rawBody, 'base64').toString())).toMatchObject({
      status: 429,
      requestId: 'request-1',
    });
  });

  it.each([
    ['what is not JSON', 'domain: shop'],
    ['an unknown field', { ...asking('c'), other: 1 }],
    ['no domain', { descriptors: asking('c').descriptors }],
    ['no descriptors', { domain: 'shop' }],
    ['an unknown unit', { domain: 'shop', descriptors: [{ limit: { unit: 'UNKNOWN' } }] }],
  ])('is 400 for %s', async (_what, body) => {
    expect(await post(body)).toEqual({
      status: 400,
      type: 'text/plain; charset=utf-8',
      body: 'Bad Request\n',
    });
  });

  it('takes its request whatever the caller calls the content', async () => {
    expect((await post(asking('d'), service.httpUrl, { 'content-type': 'text/csv' })).status).toBe(200);
    const body = Buffer.from(JSON.stringify(asking('d')));
    expect((await fetch(`${service.httpUrl}/json`, { method: 'POST', body })).status).toBe(200);
  });
});

describe('while Redis is away', () => {
  it('/json is 500, and /healthcheck is OK unless it is to look at Redis', async () => {
    const other = await startTestRedis();
    onTestFinished(() => other.close());
    const [plain, strict] = await Promise.all(
      [[], ['ratelimit.health.requireStore=true']].map((set) =>
        startTestRatelimit({ redis: other.address, rules: [RULES], set }),
      ),
    );
    if (plain === undefined || strict === undefined) throw new Error('two services were started');
    onTestFinished(() => plain.close());
    onTestFinished(() => strict.close());
    const healthOf = async ({ httpUrl, health }: TestRatelimit) => [
      (await fetch(`${httpUrl}/healthcheck`)).status,
      await health(''),
      (await fetch(`${httpUrl}/health`)).status,
      (await fetch(`${httpUrl}/ready`)).status,
    ];
    expect(await healthOf(strict)).toEqual([200, 'SERVING', 200, 200]);
    await other.kill();
    await until(async () => (await healthOf(strict))[0] === 500, '/healthcheck is 500');
    expect(await healthOf(strict)).toEqual([500, 'NOT_SERVING', 200, 503]);
    expect(await healthOf(plain)).toEqual([200, 'SERVING', 200, 503]);
    expect(await post(asking('a'), plain.httpUrl)).toMatchObject({
      status: 500,
      body: 'Internal Server Error\n',
    });
    await other.start();
    await until(async () => (await healthOf(strict))[0] === 200, '/healthcheck is 200 again');
    expect(await healthOf(strict)).toEqual([200, 'SERVING', 200, 200]);
  });
});

describe('for operators', () => {
  it('/healthcheck says OK', async () => {
    const answer = await fetch(`${service.httpUrl}/healthcheck`);
    expect([answer.status, await answer.text()]).toEqual([200, 'OK']);
  });

  it('/metrics tells how often rules were read', async () => {
    const text = await (await fetch(`${service.httpUrl}/metrics`)).text();
    expect(text).toContain('gatehouse_ratelimit_config_loads_total{source="files",result="loaded"} 1');
  });

  it('another path is 404', async () => {
    expect((await fetch(`${service.httpUrl}/nothing`)).status).toBe(404);
  });
});

it('a service that starts without rules answers with an error until they come', async () => {
  const waiting = await startTestRatelimit({
    redis: redis.address,
    rules: ['domain: shop\nfaulty: true\n'],
    set: ['ratelimit.startWithoutRules=true', 'ratelimit.health.requireRules=true'],
  });
  onTestFinished(() => waiting.close());
  await expect(waiting.check(asking('a'))).rejects.toMatchObject({ code: 13 });
  expect((await post(asking('a'), waiting.httpUrl)).status).toBe(500);
  expect((await fetch(`${waiting.httpUrl}/ready`)).status).toBe(503);
  expect((await fetch(`${waiting.httpUrl}/healthcheck`)).status).toBe(500);
  expect(waiting.rules()).toMatchObject({ refused: { problems: [{ code: 'unknown_key', line: 2 }] } });
  await waiting.writeRules(0, RULES);
  await until(async () => (await fetch(`${waiting.httpUrl}/healthcheck`)).status === 200, 'rules are taken');
  expect((await post(asking('rules-came'), waiting.httpUrl)).status).toBe(200);
});
