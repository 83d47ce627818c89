// What telemetry costs a check: CPU of the authz process with traces off, with traces of which none is recorded, and with
// a tenth and all of them recorded, and the part of the metrics in a decision. docs/traces.md says what each figure is.
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
const ROUNDS = 15;
/** The queue of spans is sent by then, whose sending is part of the cost. */
const SETTLE_MS = 800;

interface Variant {
  name: 'off' | 'unrecorded' | 'tenth' | 'all';
  settings: string[];
  /** Of the check at a place. */
  traceparent(at: number): string | undefined;
}

interface Running extends Variant, BenchAuthz {
  server: ChildProcess;
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
    for (const variant of variants) running.push(await start(variant));
    for (const each of running) await cpuPerCheckUs(each, WARM_UP);
    const measured = new Map(running.map(({ name }): [string, number[]] => [name, []]));
    const arrived = new Map(running.map(({ name }): [string, number[]] => [name, []]));
    for (let round = 0; round < ROUNDS; round += 1) {
      // One after the other, so that what else the machine does meets all of them.
      for (const each of round % 2 === 0 ? running : running.toReversed()) {
        receiver.spans.length = 0;
        measured.get(each.name)?.push(await cpuPerCheckUs(each, CHECKS));
        arrived.get(each.name)?.push(receiver.spans.length / CHECKS);
      }
    }
    const of = (name: Variant['name']) => rounded(median(measured.get(name) ?? []));
    const share = (name: Variant['name']) => rounded(median(arrived.get(name) ?? []));
    // Within each round, whose variants ran beside the same other things.
    const ratio = (name: Variant['name']) => {
      const off = measured.get('off') ?? [];
      return rounded(median((measured.get(name) ?? []).map((us, round) => us / (off[round] ?? 0))));
    };
    const figures = {
      check_off_us: of('off'),
      check_unrecorded_us: of('unrecorded'),
      check_tenth_us: of('tenth'),
      check_all_us: of('all'),
      unrecorded_to_off: ratio('unrecorded'),
      tenth_to_off: ratio('tenth'),
      all_to_off: ratio('all'),
      tenth_arrived: share('tenth'),
      all_arrived: share('all'),
    };
    const metrics = await metricsUs();
    const metricsShare = { metrics_us: metrics, metrics_to_check: rounded(metrics / of('off')) };
    note(`CPU of a check: ${JSON.stringify({ ...figures, ...metricsShare }, null, 1)}`);
    return { ...figures, ...metricsShare };
  } finally {
    for (const { server } of running) {
      server.disconnect();
      await once(server, 'exit');
    }
    await receiver.close();
  }
}

async function start(variant: Variant): Promise<Running> {
  const program = fileURLToPath(new URL('./telemetry/server.ts', import.meta.url));
  const server = fork(program, variant.settings);
  const [authz] = (await once(server, 'message')) as [BenchAuthz];
  return { ...variant, ...authz, server };
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
