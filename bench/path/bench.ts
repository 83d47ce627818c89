import type { TestRedis } from '../../test/support/redis.ts';
import type { SendJob } from '../load/sender.ts';
import type { Sender } from '../load/sender-process.ts';
import type { Figures } from '../run.ts';
import type { PinnedService } from '../service/pinned.ts';
import {
  measureRound,
  median,
  medianRound,
  note,
  type Round,
  rounded,
  takeTurns,
  totalCpu,
} from '../service/rounds.ts';

/** Gatehouse on its own transport, Gatehouse on @grpc/grpc-js, what Go has for the same, and Open Policy Agent. */
export type ServiceName = 'fast' | 'grpcJs' | 'go' | 'opa';

/** Whom Gatehouse is held against, and how their figures are called. */
const PEERS = [
  ['go', 'Go'],
  ['opa', 'Opa'],
] as const satisfies [ServiceName, string][];

export interface Bench {
  /** For files of messages. */
  dir: string;
  sender: Sender;
  rounds: number;
  figures: Figures;
  /** Ends what was started. */
  closers: (() => Promise<unknown>)[];
}

export const IN_FLIGHT = [1, 16, 64, 256];

/**
 * Calls that are not measured, before as many as `calls` that are. The warm-up of a service has 64 in flight; what it does once
 * for all that come together runs 64 times as often for calls that come one by one, and is compiled only then.
 */
export function warmUpCallsAt(inFlight: number, calls: number): number {
  return inFlight === 1 ? calls : calls / 10;
}

/** With more rounds for calls one by one: there are few in each, so that what else the machine does is much of their p99. */
export function benchAt(inFlight: number, bench: Bench): Bench {
  return inFlight === 1 ? { ...bench, rounds: 3 * bench.rounds } : bench;
}

/**
 * Measures one load with every service, and adds its figures.
 * @param load such as `hot64`
 * @param redis what the services count in
 * @param prepare called before each round of each service
 */
export async function benchLoad(
  { sender, rounds, figures }: Bench,
  load: string,
  services: readonly PinnedService<ServiceName>[],
  redis: TestRedis,
  prepare: (service: ServiceName, round: number) => Omit<SendJob, 'port'> | Promise<Omit<SendJob, 'port'>>,
): Promise<void> {
  const measured = await takeTurns(services, rounds, async (service, round) => {
    return measureRound(service, redis, sender, await prepare(service.name, round));
  });
  for (const [name, all] of measured) addRound(figures, load, name, medianRound(all));
  const fast = measured.get('fast') ?? [];
  for (const [name, suffix] of PEERS) {
    const peer = measured.get(name);
    if (peer === undefined) continue;
    const cpu = rounded(median(fast.map(totalCpu)) / median(peer.map(totalCpu)));
    const p99 = rounded(medianRound(fast).p99Ms / medianRound(peer).p99Ms);
    figures[`${load}.vs${suffix}`] = cpu;
    figures[`${load}.p99Vs${suffix}`] = p99;
    note(`${load.padEnd(12)} by ${suffix}'s: CPU ${cpu}, p99 ${p99}`);
  }
}

function addRound(figures: Figures, load: string, name: ServiceName, round: Round): void {
  for (const [figure, value] of Object.entries(round)) figures[`${load}.${name}.${figure}`] = value;
  note(
    `${load.padEnd(12)} ${name.padEnd(7)} ${round.serviceCpu} + ${round.redisCpu} CPU-s per 100,000,` +
      ` p50 ${round.p50Ms} ms, p99 ${round.p99Ms} ms, ${round.callsPerSecond}/s, sending took ${round.loadCpu}`,
  );
}
