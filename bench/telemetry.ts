// What telemetry costs a check: CPU of authz with traces off, with traces of which none is recorded, and with a tenth and
// all of them recorded, and the part of the metrics in a decision. docs/traces.md says what each figure is. The checks are the
// same bytes but for the headers of the trace, written before they are sent, as Envoy writes them; spans are taken by a process
// of their own. So what sends is as fast with traces as without, and as many checks come with one read of the socket.
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { encode } from './authz/load.ts';
import type { Figures } from './run.ts';
import { median, note, rounded } from './service/rounds.ts';
import { headerFrames, sendChecks } from './telemetry/check-load.ts';
import { metricsUs } from './telemetry/metrics.ts';
import type { BenchServer } from './telemetry/server.ts';

const CHECKS = 30_000;
/** Each takes several times as long. */
const INSPECTED_CHECKS = 10_000;
/** So that each comes with a read of its own, as most do from an Envoy that is not at its limit. */
const SPACED = { checks: 10_000, perSecond: 10_000 };
const WARM_UP_ROUNDS = 2;
const ROUNDS = 12;
/** Spans that wait are sent by then, whose sending is part of the cost. */
const SETTLE_MS = 1_300;
const IDLE_MS = 5_000;
/**
 * What V8 makes of the same code differs from process to process by a tenth, which is more than what is to be seen. So each
 * process has all variants, and there are two: one has its checks while the other sends its spans.
 */
const PROCESSES = 2;

interface Variant {
  authz: keyof BenchServer;
  /** Of the check at a place. */
  traceparent(at: number): string | undefined;
  /** Spans for each check. */
  recorded: number;
  checks: number;
  /** Absent: as fast as they are answered, so many in flight that several come with each read of the socket. */
  perSecond?: number;
}

const VARIANTS = {
  off: { authz: 'off', traceparent: () => undefined, recorded: 0, checks: CHECKS },
  unrecorded: { authz: 'traced', traceparent: () => traceparent(false), recorded: 0, checks: CHECKS },
  tenth: { authz: 'traced', traceparent: (at) => traceparent(at % 10 === 0), recorded: 0.1, checks: CHECKS },
  all: { authz: 'traced', traceparent: () => traceparent(true), recorded: 1, checks: CHECKS },
  inspectedOff: {
    ...{ authz: 'inspectingOff', traceparent: () => undefined, recorded: 0, checks: INSPECTED_CHECKS },
  },
  inspectedTenth: {
    ...{ authz: 'inspectingTraced', traceparent: (at) => traceparent(at % 10 === 0), recorded: 0.1 },
    checks: INSPECTED_CHECKS,
  },
  spacedOff: { authz: 'off', traceparent: () => undefined, recorded: 0, ...SPACED },
  spacedTenth: { authz: 'traced', traceparent: (at) => traceparent(at % 10 === 0), recorded: 0.1, ...SPACED },
} satisfies Record<string, Variant>;
type VariantName = keyof typeof VARIANTS;
const NAMES = Object.keys(VARIANTS) as VariantName[];

interface Running extends BenchServer {
  server: ChildProcess;
  /** CPU of a millisecond without checks, such as that of watching the event loop: no check's. */
  idleUsPerMs: number;
}

/** What a check took of a process with each variant, in microseconds of CPU, one soon after the other. */
type Round = Record<VariantName, number>;

export async function run(): Promise<Figures> {
  const [collector, port] = await startProgram<number>('./telemetry/collector.ts');
  const running: Running[] = [];
  try {
    for (let started = 0; started < PROCESSES; started += 1)
      running.push(await start(`http://127.0.0.1:${port}`));
    const inTurn = oneAtATime();
    await Promise.all(running.map((each) => measureRounds(each, WARM_UP_ROUNDS, inTurn)));
    await Promise.all(running.map(measureIdle));
    await ask<number>(collector);
    const rounds = (await Promise.all(running.map((each) => measureRounds(each, ROUNDS, inTurn)))).flat();
    const recordedOf = ({ recorded, checks }: Variant) => recorded * checks;
    const recorded = rounds.length * NAMES.reduce((sum, name) => sum + recordedOf(VARIANTS[name]), 0);
    const figures = figuresOf(rounds, (await ask<number>(collector)) / recorded, await metricsUs());
    note(`CPU of a check: ${JSON.stringify(figures, null, 1)}`);
    return figures;
  } finally {
    for (const { server } of running) {
      server.disconnect();
      await once(server, 'exit');
    }
    collector.disconnect();
    await once(collector, 'exit');
  }
}

function figuresOf(rounds: readonly Round[], arrived: number, metrics: number): Figures {
  const us = (name: VariantName) => median(rounds.map((round) => round[name]));
  // Within a round, whose variants ran beside the same other things. Metrics cannot be switched off, so what they take is
  // taken from what counts as off.
  const toOff = (name: VariantName, off: VariantName = 'off') =>
    median(rounds.map((round) => round[name] / (round[off] - metrics)));
  return {
    check_off_us: rounded(us('off')),
    check_unrecorded_us: rounded(us('unrecorded')),
    check_tenth_us: rounded(us('tenth')),
    check_all_us: rounded(us('all')),
    unrecorded_to_off: rounded(toOff('unrecorded')),
    tenth_to_off: rounded(toOff('tenth')),
    all_to_off: rounded(toOff('all')),
    inspected_check_off_us: rounded(us('inspectedOff')),
    inspected_check_tenth_us: rounded(us('inspectedTenth')),
    inspected_tenth_to_off: rounded(toOff('inspectedTenth', 'inspectedOff')),
    spaced_check_off_us: rounded(us('spacedOff')),
    spaced_check_tenth_us: rounded(us('spacedTenth')),
    spaced_tenth_to_off: rounded(toOff('spacedTenth', 'spacedOff')),
    arrived: rounded(arrived),
    metrics_us: metrics,
    metrics_to_check: rounded(metrics / us('off')),
  };
}

async function start(endpoint: string): Promise<Running> {
  const [server, authz] = await startProgram<BenchServer>('./telemetry/server.ts', endpoint);
  return { ...authz, server, idleUsPerMs: 0 };
}

/** @returns the process, and what it says when it is ready */
async function startProgram<Ready>(file: string, ...args: string[]): Promise<[ChildProcess, Ready]> {
  const program = fork(fileURLToPath(new URL(file, import.meta.url)), args);
  const [ready] = (await once(program, 'message')) as [Ready];
  return [program, ready];
}

/** What a process answers, whatever it is that it answers. */
async function ask<Answer>(program: ChildProcess): Promise<Answer> {
  const answer = once(program, 'message') as Promise<[Answer]>;
  program.send('how much?');
  return (await answer)[0];
}

async function measureIdle(running: Running): Promise<void> {
  const before = await usage(running);
  await sleep(IDLE_MS);
  const after = await usage(running);
  running.idleUsPerMs = (after.cpuUs - before.cpuUs) / (after.atMs - before.atMs);
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** Has what it is given wait for what it was given before. */
function oneAtATime(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}

async function measureRounds(running: Running, rounds: number, inTurn: InTurn): Promise<Round[]> {
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const checkUs: Partial<Round> = {};
    for (const name of round % 2 === 0 ? NAMES : NAMES.toReversed()) {
      checkUs[name] = await cpuPerCheckUs(running, name, inTurn);
    }
    measured.push(checkUs as Round);
  }
  return measured;
}

/** In microseconds, with what is done after the answers. */
async function cpuPerCheckUs(running: Running, name: VariantName, inTurn: InTurn): Promise<number> {
  const { authz, checks, perSecond }: Variant = VARIANTS[name];
  const { port, key } = running[authz];
  const message = encode({
    headers: { 'content-type': 'application/json', 'x-request-id': 'bench', 'x-api-key': key },
    body: JSON.stringify({ prompt: 'Refactor the parser. '.repeat(40) }),
  });
  const before = await inTurn(async () => {
    const now = await usage(running);
    await sendChecks(port, { frames: FRAMES[name], message, perSecond });
    return now;
  });
  await sleep(SETTLE_MS);
  const after = await usage(running);
  const idleUs = running.idleUsPerMs * (after.atMs - before.atMs);
  return (after.cpuUs - before.cpuUs - idleUs) / checks;
}

/** CPU that a process has taken, and when that was. */
async function usage({ server }: Running): Promise<{ cpuUs: number; atMs: number }> {
  const { user, system } = await ask<NodeJS.CpuUsage>(server);
  return { cpuUs: user + system, atMs: performance.now() };
}

function traceparent(isRecorded: boolean): string {
  const hex = randomBytes(24).toString('hex');
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-${isRecorded ? '01' : '00'}`;
}

/** Of each variant, made before any of it is sent: a sender is as fast with traces as without. */
const FRAMES = Object.fromEntries(
  NAMES.map((name) => [name, headerFrames(VARIANTS[name].checks, VARIANTS[name].traceparent)]),
) as Record<VariantName, Buffer[]>;
