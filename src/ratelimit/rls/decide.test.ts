import { describe, expect, it } from 'vitest';
import { redisKeys } from '../../redis/index.ts';
import { RatelimitError } from '../error.ts';
import type { PolicyLimiter } from '../limiter/policy-limiter.ts';
import { NO_OVERRIDES } from '../overrides/override-set.ts';
import { compileRules } from '../rules/compile.ts';
import { parseRules } from '../rules/parse.ts';
import { createDecide } from './decide.ts';
import type { RateLimitResponse } from './message.ts';

const files = ['', 'gatehouse: {on_store_failure: local}\n'].flatMap((block, index) => {
  const limit = '[{key: client, rate_limit: {name: per-day, unit: day, requests_per_unit: 1}}]';
  return parseRules('rules.yaml', `domain: shop-${index}\n${block}descriptors: ${limit}\n`).domain ?? [];
});
const { rules } = compileRules(files);

async function ask(check: PolicyLimiter['check'], domain = 'shop-0'): Promise<RateLimitResponse> {
  const decide = createDecide({
    rules: () => rules,
    overrides: () => NO_OVERRIDES,
    observe: () => {},
    metrics: { observe: () => {}, took: () => {} },
    keys: redisKeys('test'),
    limiter: { check },
    modes: { shadowMode: false, quotaMode: false },
    response: { headers: undefined, dynamicMetadata: false },
  });
  const entries = [{ key: 'client', value: 'service-a' }];
  const descriptors = [{ entries, limit: null, hits_addend: null, is_negative_hits: false }];
  return decide({ domain, descriptors, hits_addend: 0 }, undefined);
}

describe('while the store is away', () => {
  it('a request that is let through uncounted is OK, and tells of no limit', async () => {
    expect(await ask(async () => ({ by: 'nobody' }))).toEqual({
      overall_code: 'OK',
      statuses: [{ code: 'OK' }],
    });
  });

  it('a request that this process counts is answered by its count', async () => {
    const states = [{ over: true, remaining: 0, used: 1, resetMs: 500 }];
    expect(await ask(async () => ({ by: 'local', states }))).toMatchObject({
      overall_code: 'OVER_LIMIT',
      statuses: [{ code: 'OVER_LIMIT', current_limit: { name: 'per-day' } }],
    });
  });

  it('a request that the policy denies is an error', async () => {
    const away = new RatelimitError('store_unavailable', 'Redis is away');
    await expect(ask(() => Promise.reject(away))).rejects.toBe(away);
  });

  it("a domain's own policy goes before the configuration's", async () => {
    const policies: unknown[] = [];
    const note: PolicyLimiter['check'] = async (_, policy) => {
      policies.push(policy);
      return { by: 'nobody' };
    };
    await ask(note, 'shop-0');
    await ask(note, 'shop-1');
    expect(policies).toEqual([undefined, 'local']);
  });
});
