import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILD_MS } from '../support/envoyproxy-ratelimit.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { HTTP_RULES, http, UNTIL_RESET } from './ratelimit/cases/http.ts';
import type { RunningService } from './ratelimit/service.ts';
import { IMPLEMENTATIONS } from './ratelimit/services.ts';

/** The difference `body`: what a refusal has besides. */
const PROBLEM = {
  responseHeadersToAdd: [{ key: 'content-type', value: 'application/problem+json' }],
  rawBody: expect.any(String),
};

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis?.close());

describe.each(IMPLEMENTATIONS)('$name', (implementation) => {
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

  it.for([...http])('$name', async ({ path, method = 'GET', body, answer: expected }, context) => {
    if (service === undefined) return context.skip(missing);
    const response = await fetch(`${service.httpUrl}${path}`, { method, body: body ?? null });
    const text = await response.text();
    expect(response.status).toBe(expected.status);
    if (expected.body === undefined) return;
    if (typeof expected.body === 'string') return expect(text).toBe(expected.body);
    expect(response.headers.get('content-type')).toMatch(/^application\/json\b/);
    const withoutTimes = text.replaceAll(/("durationUntilReset":\s*)"\d+s"/g, `$1"${UNTIL_RESET}"`);
    expect(JSON.parse(withoutTimes)).toEqual(
      implementation.name === 'gatehouse' && expected.status === 429
        ? { ...(expected.body as object), ...PROBLEM }
        : expected.body,
    );
  });
});
