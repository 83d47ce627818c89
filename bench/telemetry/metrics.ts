import { createAuthzMetrics } from '../../src/authz/metrics.ts';
import { createMetrics } from '../../src/telemetry/index.ts';
import { rounded } from '../service/rounds.ts';

const CHECKS = 500_000;
const CALLER = { signal: new AbortController().signal, metadata: () => undefined };
const ALLOWED = { kind: 'allow', shadowed: [] } as never;

/** What the metrics of a check that passes take, with the reading of the clock; in microseconds of CPU. */
export async function metricsUs(): Promise<number> {
  const metrics = createAuthzMetrics(await createMetrics());
  const count = () => {
    for (let check = 0; check < CHECKS; check += 1) {
      const begunMs = performance.now();
      metrics.keyLookedUp('memory');
      metrics.decided(ALLOWED, 'api_key');
      metrics.took(performance.now() - begunMs, CALLER);
    }
  };
  count();
  const before = process.threadCpuUsage();
  count();
  const { user, system } = process.threadCpuUsage(before);
  return rounded((user + system) / CHECKS);
}
