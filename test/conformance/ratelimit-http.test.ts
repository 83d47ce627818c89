import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILD_MS } from '../support/envoyproxy-ratelimit.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { HTTP_RULES, http, UNTIL_RESET } from './ratelimit/cases/http.ts';
import { envoyproxy } from './ratelimit/envoyproxy.ts';
import type { RunningService } from './ratelimit/service.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis?.close());

describe.each([envoyproxy])('$name', (implementation) => {
  let missing: string | undefined;
  let service: RunningService | undefined;

  beforeAll(async () => {
    missing = await implementation.prepare();
    if (missing !== undefined) return;
    await redis.empty();
    const started = await implementation.start({ redis, files: { 'rules.yaml': HTTP_RULES } });
    if (started === 'refused') throw new Error('the files are refused');
    service = started;
  }, BUILD_MS);
  afterAll(() => service?.close());

  it.for([...http])('$name', async ({ path, method = 'GET', body, answer, differs }, context) => {
    if (service === undefined) return context.skip(missing);
    const expected = (implementation.name === 'gatehouse' && differs?.answer) || answer;
    const response = await fetch(`${service.httpUrl}${path}`, { method, body: body ?? null });
    const text = await response.text();
    expect(response.status).toBe(expected.status);
    if (expected.body === undefined) return;
    if (typeof expected.body === 'string') return expect(text).toBe(expected.body);
    expect(response.headers.get('content-type')).toBe('application/json');
    const withoutTimes = text.replaceAll(/("durationUntilReset":\s*)"\d+s"/g, `$1"${UNTIL_RESET}"`);
    expect(JSON.parse(withoutTimes)).toEqual(expected.body);
  });
});
