import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestRedis, type TestRedis } from '../test/support/redis.ts';
import { writeMessages } from './load/message-file.ts';
import { RATE_LIMIT_METHOD, RULES, rateLimitRequests } from './load/ratelimit-requests.ts';
import { type Sender, startSender } from './load/sender-process.ts';
import { type BenchService, startEnvoyproxy, startGatehouse } from './ratelimit/service.ts';
import type { Figures } from './run.ts';
import {
  measureRound,
  median,
  medianRound,
  note,
  type Round,
  rounded,
  takeTurns,
  totalCpu,
} from './service/rounds.ts';

/**
 * What the rate limit service costs, beside envoyproxy/ratelimit on the same Redis in the same run where Go is there to
 * build it. The services take turns in short rounds; each figure is the median of the rounds.
 *
 * Both count metrics for Prometheus, as they do in use. The service runs on one core, Redis and the load generator on the others. CPU-seconds are
 * per 100,000 calls. `SETTING` is one of
 * - hot1, hot16, hot64, hot256: so many calls in flight, two limits each, always the same two keys
 * - limits1, limits4: 64 in flight, one limit or four
 * - zipf: 64 in flight, two limits, 100,000 clients that call as unevenly as Zipf's law says
 *
 * Keys of --json:
 * - ratelimitVsGo: CPU of service plus Redis by envoyproxy/ratelimit's, at hot64; below 1 is less. null without Go
 * - ratelimitVsGoWorst: the largest such ratio of all settings
 * - SETTING.vsGo: the ratio of each setting; SETTING.ratios: those of its rounds
 * - SETTING.gatehouse.serviceCpu, .redisCpu: CPU-seconds; .p50Ms, .p99Ms: latency; .callsPerSecond
 * - SETTING.envoyproxy.*: the same of the other service
 * - load.cpu: CPU-seconds that the load generator itself takes, at hot64
 */
const SETTINGS: Record<string, Setting> = {
  hot1: { inFlight: 1, limits: 2, clients: 1, calls: 3_000 },
  hot16: { inFlight: 16, limits: 2, clients: 1, calls: 15_000 },
  hot64: { inFlight: 64, limits: 2, clients: 1, calls: 20_000 },
  hot256: { inFlight: 256, limits: 2, clients: 1, calls: 20_000 },
  limits1: { inFlight: 64, limits: 1, clients: 1, calls: 15_000 },
  limits4: { inFlight: 64, limits: 4, clients: 1, calls: 15_000 },
  zipf: { inFlight: 64, limits: 2, clients: 100_000, calls: 20_000 },
};

interface Setting {
  inFlight: number;
  limits: number;
  clients: number;
  calls: number;
}

const ROUNDS = Number(process.env.BENCH_ROUNDS || 3);
/** Until V8 has compiled what it will; after so many its share of the cost no longer falls. */
const WARM_UP_CALLS = 100_000;
const SEED = 20_260_101;

export async function run(): Promise<Figures> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-load-'));
  const redis = await startTestRedis({ appendOnly: false });
  const sender = startSender();
  const services: BenchService[] = [];
  try {
    services.push(await startGatehouse(redis, RULES));
    const peer = await startEnvoyproxy(redis, RULES);
    if ('missing' in peer) note(`envoyproxy/ratelimit is not measured: ${peer.missing}`);
    else services.push(peer);
    const measure = measureWith(redis, sender, dir);
    await measure(services, { ...hot64(), calls: WARM_UP_CALLS }, 1);

    const figures: Figures = {};
    for (const [name, setting] of Object.entries(SETTINGS)) {
      Object.assign(figures, figuresOf(name, await measure(services, setting, ROUNDS)));
    }
    const ratios = Object.entries(figures).filter(([key]) => key.endsWith('.vsGo'));
    return {
      ratelimitVsGo: figures['hot64.vsGo'] ?? null,
      ratelimitVsGoWorst: ratios.length > 0 ? Math.max(...ratios.map(([, ratio]) => Number(ratio))) : null,
      ...figures,
    };
  } finally {
    await sender.close();
    await Promise.all(services.map((service) => service.close()));
    await redis.close();
    await rm(dir, { recursive: true, force: true });
  }
}

function hot64(): Setting {
  const setting = SETTINGS.hot64;
  if (setting === undefined) throw new Error('hot64 is a setting');
  return setting;
}

function measureWith(redis: TestRedis, sender: Sender, dir: string) {
  return async (services: readonly BenchService[], setting: Setting, rounds: number) => {
    const { inFlight, calls } = setting;
    const file = join(dir, 'requests');
    await writeMessages(file, rateLimitRequests({ ...setting, seed: SEED }));
    const job = { method: RATE_LIMIT_METHOD, file, numbered: false };
    const load = { ...job, inFlight, calls, warmUpCalls: Math.ceil(calls / 10) };
    return takeTurns(services, rounds, async (service) => {
      await redis.empty();
      return measureRound(service, redis, sender, load);
    });
  };
}

function figuresOf(setting: string, measured: ReadonlyMap<BenchService['name'], Round[]>): Figures {
  const figures: Figures = {};
  for (const [name, rounds] of measured) {
    const { loadCpu, ...round } = medianRound(rounds);
    for (const [figure, value] of Object.entries(round)) {
      figures[`${setting}.${name.split('/')[0]}.${figure}`] = value;
    }
    if (setting === 'hot64' && name === 'gatehouse') figures['load.cpu'] = loadCpu;
    note(
      `${setting.padEnd(8)} ${name.padEnd(20)} ${round.serviceCpu} + ${round.redisCpu} CPU-s per 100,000,` +
        ` p50 ${round.p50Ms} ms, p99 ${round.p99Ms} ms, ${round.callsPerSecond}/s`,
    );
  }
  const ours = measured.get('gatehouse') ?? [];
  const theirs = measured.get('envoyproxy/ratelimit');
  if (theirs === undefined) return figures;
  const ratios = ours.map((round, index) => totalCpu(round) / totalCpu(theirs[index] as Round));
  figures[`${setting}.vsGo`] = rounded(median(ours.map(totalCpu)) / median(theirs.map(totalCpu)));
  figures[`${setting}.ratios`] = ratios.map(rounded).join(' ');
  note(
    `${setting.padEnd(8)} CPU by envoyproxy/ratelimit's: ${figures[`${setting}.vsGo`]} (${figures[`${setting}.ratios`]})`,
  );
  return figures;
}
