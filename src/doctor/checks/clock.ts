import { askRedis } from '../ask-redis.ts';
import type { Check, Finding } from '../finding.ts';

/** From there on windows of a second and times in records do not fit together. */
const NOTICED_MS = 1_000;

export const clockCheck: Check = {
  part: 'Clock',
  failure: 'wrong',
  async run({ config }) {
    const skewMs = await askRedis(config, async (redis) => {
      const before = Date.now();
      const [seconds, microseconds] = await redis.time();
      // As if it was answered in the middle.
      return Number(seconds) * 1000 + Number(microseconds) / 1000 - (before + Date.now()) / 2;
    });
    return skewMs === undefined ? undefined : judgeSkew(skewMs, config.identity.assertion.ttl.ms);
  },
};

/**
 * @param skewMs how far Redis's clock is ahead
 * @param assertionMs for how long what authz asserts is good: with more skew than that machines refuse each other
 */
export function judgeSkew(skewMs: number, assertionMs: number): Omit<Finding, 'part'> {
  const size = Math.abs(skewMs);
  const what = `${Math.round(size)} ms ${skewMs < 0 ? 'behind' : 'ahead of'} this machine's`;
  if (size < NOTICED_MS) return { state: 'ok', detail: `Redis's clock is ${what}` };
  return {
    state: size < assertionMs ? 'limited' : 'wrong',
    detail: `Redis's clock is ${what}: have both machines take the time from NTP.`,
  };
}
