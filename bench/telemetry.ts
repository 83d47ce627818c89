// What telemetry costs a check: CPU of authz with traces off, with traces of which none is recorded, and with a tenth and
// all of them recorded, and the part of the metrics in a decision. docs/traces.md says what each figure is.
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startOtlpReceiver } from '../test/support/otlp/receiver.ts';
import { encode, load } from './authz/load.ts';
import type { Figures } from './run.ts';
import { median, note, rounded } from './service/rounds.ts';
import { metricsUs } from './telemetry/metrics.ts';
import type { BenchAuthz } from './telemetry/server.ts';

const CHECKS = 10_000;
const WARM_UP = 60_000;
const ROUNDS = 10;
/** The queue of spans is sent by then, whose sending is part of the cost. */
const SETTLE_MS = 1_300;
/** What V8 makes of the same code differs by a tenth from process to process, more than what is to be seen. */
const PROCESSES = 2;

interface Variant {
  name: 'off' | 'unrecorded' | 'tenth' | 'all';
  settings: string[];
  /** Of the check at a place. */
  traceparent(at: number): string | undefined;
}

interface Running extends Variant, BenchAuthz {
  server: ChildProcess;
  /** Of each round. */
  checkUs: number[];
  /** Spans for each check of a round. */
  arrived: number[];
}

export async function run(): Promise<Figures> {
  const receiver = await startOtlpReceiver();
  const traced = ['telemetry.traces.exporter=otlp', `telemetry.traces.endpoint=${receiver.grpcUrl}`];
  const variants: Variant[] = [
    { name: 'off', settings: ['telemetry.traces.exporter=none'], traceparent: () => undefined },
    { name: 'unrecorded', settings: traced, traceparent: (at) => traceparent(at, false) },
    { name: 'tenth', settings: traced, traceparent: (at) => traceparent(at, at % 10 === 0) },
    { name: 'all', settings: traced, traceparent: (at) => traceparent(at, true) },
  ];
  const running: Running[] = [];
  try {
    for (let started = 0; started < PROCESSES; started += 1) {
      for (const variant of variants) running.push(await start(variant));
    }
    for (const each of running) await cpuPerCheckUs(each, WARM_UP);
    for (let round = 0; round < ROUNDS; round += 1) {
      // One after the other, so that what else the machine does meets all of them.
      for (const each of round % 2 === 0 ? running : running.toReversed()) {
        receiver.spans.length = 0;
        each.checkUs.push(await cpuPerCheckUs(each, CHECKS));
        each.arrived.push(receiver.spans.length / CHECKS);
      }
    }
    const figures = figuresOf(running, await metricsUs());
    note(`CPU of a check: ${JSON.stringify(figures, null, 1)}`);
    return figures;
  } finally {
    for (const { server } of running) {
      server.disconnect();
      await once(server, 'exit');
    }
    await receiver.close();
  }
}

function figuresOf(running: readonly Running[], metrics: number): Figures {
  const of = (name: Variant['name']) => running.filter((each) => each.name === name);
  const us = (name: Variant['name']) => median(of(name).flatMap(({ checkUs }) => checkUs));
  const arrived = (name: Variant['name']) => median(of(name).flatMap((each) => each.arrived));
  /** Of a round all processes, which ran beside the same other things. */
  const inRound = (name: Variant['name'], round: number) =>
    of(name).reduce((sum, { checkUs }) => sum + (checkUs[round] ?? 0), 0) / PROCESSES;
  // Metrics cannot be switched off, so what they take is taken from what counts as off.
  const toOff = (name: Variant['name']) =>
    median(
      Array.from({ length: ROUNDS }, (_, round) => inRound(name, round) / (inRound('off', round) - metrics)),
    );
  return {
    check_off_us: rounded(us('off')),
    check_unrecorded_us: rounded(us('unrecorded')),
    check_tenth_us: rounded(us('tenth')),
    check_all_us: rounded(us('all')),
    unrecorded_to_off: rounded(toOff('unrecorded')),
    tenth_to_off: rounded(toOff('tenth')),
    all_to_off: rounded(toOff('all')),
    tenth_arrived: rounded(arrived('tenth')),
    all_arrived: rounded(arrived('all')),
    metrics_us: metrics,
    metrics_to_check: rounded(metrics / us('off')),
  };
}

async function start(variant: Variant): Promise<Running> {
  const program = fileURLToPath(new URL('./telemetry/server.ts', import.meta.url));
  const server = fork(program, variant.settings);
  const [authz] = (await once(server, 'message')) as [BenchAuthz];
  return { ...variant, ...authz, server, checkUs: [], arrived: [] };
}

/** In microseconds, with what is done after the answers. */
async function cpuPerCheckUs({ server, port, key, traceparent }: Running, checks: number): Promise<number> {
  const message = encode({
    headers: { 'content-type': 'application/json', 'x-request-id': 'bench', 'x-api-key': key },
    body: JSON.stringify({ prompt: 'Refactor the parser. '.repeat(40) }),
  });
  const before = await cpuUs(server);
  await load(port, new Array<Buffer>(checks).fill(message), traceparent);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return ((await cpuUs(server)) - before) / checks;
}

async function cpuUs(server: ChildProcess): Promise<number> {
  const answer = once(server, 'message') as Promise<[NodeJS.CpuUsage]>;
  server.send('cpu');
  const [{ user, system }] = await answer;
  return user + system;
}

/** More than a connection's header table holds; made before, so that a sender is not slower with traces. */
const CONTEXTS = Array.from({ length: 4_096 }, () => {
  const hex = randomBytes(24).toString('hex');
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}`;
});

function traceparent(at: number, isRecorded: boolean): string {
  return `${CONTEXTS[at % CONTEXTS.length]}-${isRecorded ? '01' : '00'}`;
}
