import { once } from 'node:events';
import { openQueue } from '../src/jobs/queue/queue.ts';
import { openRedis, redisKeys } from '../src/redis/index.ts';
import { startTestRedis } from '../test/support/redis.ts';
import type { Figures } from './run.ts';

/**
 * What it takes of Redis to give a worker its next job, behind jobs that may not run yet because their client or tenant
 * has as many running as it may.
 *
 * Keys of --json, all in microseconds that the scripts take of Redis's one thread, on average:
 * - take_us_behind_N, for N of 10, 1,000 and 10,000 capped jobs, half of them of one client, half of many clients of one
 *   tenant: giving out the job behind them
 * - none_us_behind_N: finding that there is none
 * - enter_us_behind_N, finish_us_behind_N: putting a job in, and ending one
 */
const BEHIND = [10, 1_000, 10_000];
const ROUNDS = 200;
const LEASE_MS = 600_000;
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

export async function run(): Promise<Figures> {
  const server = await startTestRedis({ appendOnly: false });
  const redis = openRedis(server.address, 'bench');
  await once(redis, 'ready');
  const figures: Figures = {};
  try {
    for (const behind of BEHIND) {
      const queue = openQueue(redis, redisKeys(`bench-${behind}`));
      const enter = (jobId: string, tenant: string, client: string, cap: number) =>
        queue.enter({
          ...{ jobId, tenant, client, headStartMs: 0, maxWaitMs: LEASE_MS },
          limits: {
            ...{ maxQueued: NO_LIMIT, maxQueuedPerTenant: NO_LIMIT, maxQueuedPerClient: NO_LIMIT },
            ...{ maxRunningPerTenant: cap, maxRunningPerClient: cap },
          },
        });
      for (let n = 0; n < behind / 2; n += 1) {
        await enter(`client-${n}`, 'one', 'greedy', 1);
        await enter(`tenant-${n}`, 'two', `client-${n}`, 1);
      }
      // One of each runs.
      for (const token of ['a', 'b']) await queue.take(token, LEASE_MS);
      const none = await scriptTimeUs(redis, ROUNDS, () => queue.take('none', LEASE_MS).then(() => {}));
      const free = (round: number) => enter(`free-${round}`, 'three', 'modest', NO_LIMIT).then(() => {});
      const entering = await scriptTimeUs(redis, ROUNDS, free);
      const leases: { jobId: string; token: string }[] = [];
      const taking = await scriptTimeUs(redis, ROUNDS, async (round) => {
        const token = `token-${round}`;
        const { jobId } = await queue.take(token, LEASE_MS);
        if (jobId === undefined) throw new Error('a free job was not given out');
        leases.push({ jobId, token });
      });
      const finishing = await scriptTimeUs(redis, ROUNDS - 1, (round) => {
        const lease = leases[round];
        return lease === undefined ? Promise.resolve() : queue.finish(lease);
      });
      process.stderr.write(
        `behind ${behind}: take ${taking}, none ${none}, enter ${entering}, finish ${finishing} us\n`,
      );
      figures[`take_us_behind_${behind}`] = taking;
      figures[`none_us_behind_${behind}`] = none;
      figures[`enter_us_behind_${behind}`] = entering;
      figures[`finish_us_behind_${behind}`] = finishing;
    }
    return figures;
  } finally {
    redis.disconnect();
    await server.close();
  }
}

/** What Redis says that a call's script took, which is no matter of the network or of who else is busy here. */
async function scriptTimeUs(
  redis: ReturnType<typeof openRedis>,
  rounds: number,
  call: (round: number) => Promise<void>,
): Promise<number> {
  await call(0);
  await redis.config('RESETSTAT');
  for (let round = 1; round <= rounds; round += 1) await call(round);
  const stats = await redis.info('commandstats');
  const [, perCall] = /^cmdstat_evalsha:.*usec_per_call=([\d.]+)/m.exec(stats) ?? [];
  return Math.round(Number(perCall));
}
