import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startTestRedis, type TestRedis } from '../test/support/redis.ts';
import { DOMAIN, KEYS, type RatelimitLoad, type RatelimitLoadResult } from './load/ratelimit.ts';
import { processCpuSeconds } from './ratelimit/process-cpu.ts';
import { type BenchService, startEnvoyproxy, startGatehouse } from './ratelimit/service.ts';
import type { Figures } from './run.ts';

/**
 * What the rate limit service costs, beside envoyproxy/ratelimit on the same Redis in the same run where Go is there to
 * build it. The services take turns in short rounds; each figure is the median of the rounds.
 *
 * Both count metrics for Prometheus, as they do in use. The service runs on one core, Redis and the load generator on the others. CPU-seconds are per 100,000 calls, from
 * /proc/PID/stat. `SETTING` is one of
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

type Setting = Pick<RatelimitLoad, 'inFlight' | 'limits' | 'clients' | 'calls'>;

const ROUNDS = Number(process.env.BENCH_ROUNDS || 3);
/** Until V8 has compiled what it will; after so many its share of the cost no longer falls. */
const WARM_UP_CALLS = 100_000;
const SEED = 20_260_101;
const LOAD_TIMEOUT_MS = 120_000;

/** One file for both: no call is ever refused, so that all do the same work. */
const RULES = `domain: ${DOMAIN}\ndescriptors:\n${KEYS.map(
  (key) => `  - {key: ${key}, rate_limit: {unit: hour, requests_per_unit: 4000000000}}\n`,
).join('')}`;

interface Round {
  serviceCpu: number;
  redisCpu: number;
  p50Ms: number;
  p99Ms: number;
  callsPerSecond: number;
  loadCpu: number;
}

export async function run(): Promise<Figures> {
  const redis = await startTestRedis({ appendOnly: false });
  const services: BenchService[] = [];
  try {
    services.push(await startGatehouse(redis, RULES));
    const peer = await startEnvoyproxy(redis, RULES);
    if ('missing' in peer) note(`envoyproxy/ratelimit is not measured: ${peer.missing}`);
    else services.push(peer);
    for (const service of services) await measureRound(service, redis, { ...hot64(), calls: WARM_UP_CALLS });

    const figures: Figures = {};
    for (const [name, setting] of Object.entries(SETTINGS)) {
      const rounds = await measure(services, redis, setting);
      Object.assign(figures, figuresOf(name, rounds));
    }
    const ratios = Object.entries(figures).filter(([key]) => key.endsWith('.vsGo'));
    return {
      ratelimitVsGo: figures['hot64.vsGo'] ?? null,
      ratelimitVsGoWorst: ratios.length > 0 ? Math.max(...ratios.map(([, ratio]) => Number(ratio))) : null,
      ...figures,
    };
  } finally {
    await Promise.all(services.map((service) => service.close()));
    await redis.close();
  }
}

function hot64(): Setting {
  const setting = SETTINGS.hot64;
  if (setting === undefined) throw new Error('hot64 is a setting');
  return setting;
}

/** The services one after the other, round by round, so that what else the machine does meets all of them. */
async function measure(
  services: readonly BenchService[],
  redis: TestRedis,
  setting: Setting,
): Promise<Map<BenchService['name'], Round[]>> {
  const rounds = new Map(services.map(({ name }) => [name, [] as Round[]]));
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? services : services.toReversed();
    for (const service of order) rounds.get(service.name)?.push(await measureRound(service, redis, setting));
  }
  return rounds;
}

async function measureRound(service: BenchService, redis: TestRedis, setting: Setting): Promise<Round> {
  await redis.empty();
  const before = [processCpuSeconds(service.pid), processCpuSeconds(redis.pid())] as const;
  const warmUpCalls = Math.ceil(setting.calls / 10);
  const load = await runLoadProcess({
    ...setting,
    host: '127.0.0.1',
    port: service.port,
    warmUpCalls,
    seed: SEED,
  });
  if (load.bad > 0)
    throw new Error(`${service.name} did not answer ${load.bad} of ${setting.calls} calls with OK`);
  const per100k = 1e5 / (setting.calls + warmUpCalls);
  return {
    serviceCpu: (processCpuSeconds(service.pid) - before[0]) * per100k,
    redisCpu: (processCpuSeconds(redis.pid()) - before[1]) * per100k,
    p50Ms: load.p50Ms,
    p99Ms: load.p99Ms,
    callsPerSecond: setting.calls / load.seconds,
    loadCpu: load.cpuSecondsPer100k,
  };
}

async function runLoadProcess(load: RatelimitLoad): Promise<RatelimitLoadResult> {
  const program = fileURLToPath(new URL('./load/ratelimit.ts', import.meta.url));
  const core = availableParallelism() > 1 ? '1' : '0';
  const args = ['-c', core, process.execPath, program, JSON.stringify(load)];
  const { stdout } = await promisify(execFile)('taskset', args, { timeout: LOAD_TIMEOUT_MS });
  return JSON.parse(stdout) as RatelimitLoadResult;
}

function figuresOf(setting: string, rounds: ReadonlyMap<BenchService['name'], Round[]>): Figures {
  const figures: Figures = {};
  for (const [name, all] of rounds) {
    const of = (pick: (round: Round) => number) => rounded(median(all.map(pick)));
    const prefix = `${setting}.${name.split('/')[0]}`;
    figures[`${prefix}.serviceCpu`] = of((round) => round.serviceCpu);
    figures[`${prefix}.redisCpu`] = of((round) => round.redisCpu);
    figures[`${prefix}.p50Ms`] = of((round) => round.p50Ms);
    figures[`${prefix}.p99Ms`] = of((round) => round.p99Ms);
    figures[`${prefix}.callsPerSecond`] = of((round) => round.callsPerSecond);
    if (setting === 'hot64' && name === 'gatehouse') figures['load.cpu'] = of((round) => round.loadCpu);
    const { [`${prefix}.serviceCpu`]: service, [`${prefix}.redisCpu`]: store } = figures;
    note(
      `${setting.padEnd(8)} ${name.padEnd(20)} ${service} + ${store} CPU-s per 100,000,` +
        ` p50 ${figures[`${prefix}.p50Ms`]} ms, p99 ${figures[`${prefix}.p99Ms`]} ms, ${figures[`${prefix}.callsPerSecond`]}/s`,
    );
  }
  const ours = rounds.get('gatehouse') ?? [];
  const theirs = rounds.get('envoyproxy/ratelimit');
  if (theirs === undefined) return figures;
  const ratios = ours.map((round, index) => total(round) / total(theirs[index] as Round));
  figures[`${setting}.vsGo`] = rounded(median(ours.map(total)) / median(theirs.map(total)));
  figures[`${setting}.ratios`] = ratios.map(rounded).join(' ');
  note(
    `${setting.padEnd(8)} CPU by envoyproxy/ratelimit's: ${figures[`${setting}.vsGo`]} (${figures[`${setting}.ratios`]})`,
  );
  return figures;
}

function total({ serviceCpu, redisCpu }: Round): number {
  return serviceCpu + redisCpu;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
