import type { TestRedis } from '../../test/support/redis.ts';
import type { SendJob } from '../load/sender.ts';
import type { Sender } from '../load/sender-process.ts';
import type { PinnedService } from './pinned.ts';
import { processCpuSeconds } from './process-cpu.ts';

/** What one service took for one load; CPU-seconds are per 100,000 calls. */
export interface Round {
  serviceCpu: number;
  redisCpu: number;
  p50Ms: number;
  p99Ms: number;
  callsPerSecond: number;
  loadCpu: number;
}

/** Sends a load to a service. @param redis what it counts in */
export async function measureRound(
  service: PinnedService,
  redis: TestRedis,
  sender: Sender,
  job: Omit<SendJob, 'port'>,
): Promise<Round> {
  const before = [processCpuSeconds(service.pid), processCpuSeconds(redis.pid())] as const;
  const load = await sender.send({ ...job, port: service.port });
  const per100k = 1e5 / (job.calls + job.warmUpCalls);
  return {
    serviceCpu: (processCpuSeconds(service.pid) - before[0]) * per100k,
    redisCpu: (processCpuSeconds(redis.pid()) - before[1]) * per100k,
    p50Ms: load.p50Ms,
    p99Ms: load.p99Ms,
    callsPerSecond: job.calls / load.seconds,
    loadCpu: load.cpuSecondsPer100k,
  };
}

/** The services one after the other, round by round, so that what else the machine does meets all of them. */
export async function takeTurns<Service extends PinnedService>(
  services: readonly Service[],
  rounds: number,
  measure: (service: Service, round: number) => Promise<Round>,
): Promise<Map<Service['name'], Round[]>> {
  const measured = new Map(services.map(({ name }): [Service['name'], Round[]] => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? services : services.toReversed();
    for (const service of order) measured.get(service.name)?.push(await measure(service, round));
  }
  return measured;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Each figure's median over the rounds. */
export function medianRound(rounds: readonly Round[]): Round {
  const of = (figure: keyof Round) => rounded(median(rounds.map((round) => round[figure])));
  return {
    serviceCpu: of('serviceCpu'),
    redisCpu: of('redisCpu'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    callsPerSecond: of('callsPerSecond'),
    loadCpu: of('loadCpu'),
  };
}

export function totalCpu({ serviceCpu, redisCpu }: Round): number {
  return serviceCpu + redisCpu;
}

/** To three significant digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
