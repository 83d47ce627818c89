import { setTimeout as delay } from 'node:timers/promises';
import {
  type BlocklistAdministration,
  type KeyAdministration,
  withBlocklistAdministration,
  withKeyAdministration,
} from '../src/authz/index.ts';
import { type CheckClient, openCheckClient } from '../test/support/check-client.ts';
import { startAuthzProcesses } from './authz/processes.ts';
import type { Figures } from './run.ts';

/**
 * How soon a change counts in every process: from the call that revokes or blocks a key to the first check that is
 * refused, in each of two `gatehouse serve authz` that share a Redis and have the key in memory. Checks are sent to both
 * all the time, one after the other, so a figure includes the time of up to two checks. Times are real, not CPU's: a
 * busy machine lengthens them.
 *
 * Keys of --json, of ROUNDS changes in two processes each:
 * - revokeP50Ms, revokeP99Ms, revokeMaxMs: from `revokeKey` to the first 401
 * - blockP50Ms, blockP99Ms, blockMaxMs: from `block` of a key's id to the first 401
 * - checkP50Ms: one check of a key in memory, for comparison
 */
const ROUNDS = Number(process.env.BENCH_ROUNDS || 200);
const PROCESSES = 2;
/** A change that takes this long was not announced. */
const GIVE_UP_MS = 10_000;

export async function run(): Promise<Figures> {
  const { processes, config, close } = await startAuthzProcesses(PROCESSES);
  const clients = processes.map(({ port }) => openCheckClient(port));
  try {
    return await withKeyAdministration(config, 'bench', (keys) =>
      withBlocklistAdministration(config, 'bench', async (blocklist) => {
        const revoke = await measure(clients, keys, (id) => keys.revokeKey(id));
        const block = await measure(clients, keys, (id) => blockKey(blocklist, id));
        tell('revoke to denied', revoke.propagationMs);
        tell('block to denied', block.propagationMs);
        return {
          ...figures('revoke', revoke.propagationMs),
          ...figures('block', block.propagationMs),
          checkP50Ms: quantile([...revoke.checkMs, ...block.checkMs], 0.5),
        };
      }),
    );
  } finally {
    for (const client of clients) client.close();
    await close();
  }
}

/** The entry ends by itself, so that the list does not grow with the rounds. */
function blockKey(blocklist: BlocklistAdministration, id: string) {
  return blocklist.block({ target: { kind: 'key_id', value: id }, untilMs: Date.now() + 60_000 });
}

async function measure(
  clients: readonly CheckClient[],
  keys: KeyAdministration,
  change: (id: string) => Promise<unknown>,
): Promise<{ propagationMs: number[]; checkMs: number[] }> {
  const propagationMs: number[] = [];
  const checkMs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { key, id } = await keys.createKey({ client: 'service-a' });
    for (const client of clients) {
      for (let warm = 0; warm < 3; warm += 1) {
        const startedMs = performance.now();
        if (!(await passes(client, key))) throw new Error('a key that was just made is refused');
        if (warm > 0) checkMs.push(performance.now() - startedMs);
      }
    }
    const watches = clients.map((client) => untilDenied(client, key));
    await delay(Math.random() * 5); // The change comes at any moment of the checks.
    const changedMs = performance.now();
    await change(id);
    for (const deniedMs of await Promise.all(watches)) propagationMs.push(deniedMs - changedMs);
  }
  return { propagationMs, checkMs };
}

/** Sends checks until one is refused. @returns when it was */
async function untilDenied(client: CheckClient, key: string): Promise<number> {
  const giveUpMs = performance.now() + GIVE_UP_MS;
  while (await passes(client, key)) {
    if (performance.now() > giveUpMs) throw new Error(`a change did not count after ${GIVE_UP_MS} ms`);
  }
  return performance.now();
}

async function passes(client: CheckClient, key: string): Promise<boolean> {
  const headers = { 'x-api-key': key };
  const answer = await client.check({ method: 'GET', path: '/claude/status/1', headers });
  if (answer.http_response === 'error_response') throw new Error('authz cannot decide');
  return answer.http_response === 'ok_response';
}

function figures(name: string, timesMs: number[]): Figures {
  return {
    [`${name}P50Ms`]: quantile(timesMs, 0.5),
    [`${name}P99Ms`]: quantile(timesMs, 0.99),
    [`${name}MaxMs`]: quantile(timesMs, 1),
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.max(0, Math.ceil(share * sorted.length) - 1);
  return Number((sorted[at] ?? 0).toFixed(2));
}

function tell(what: string, timesMs: number[]): void {
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => quantile(timesMs, share));
  process.stderr.write(`${what}: p50 ${p50} ms, p99 ${p99} ms, max ${max} ms (${timesMs.length} times)\n`);
}
