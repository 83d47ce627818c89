import { startServer } from './grpc/process.ts';
import { type BenchTransport, METHOD, TRANSPORTS } from './grpc/server.ts';
import { openConnection, prepareCall } from './load/connection.ts';
import { runLoad } from './load/run-load.ts';
import type { Figures } from './run.ts';

/**
 * What gRPC costs before anything is decided: a method that does nothing, on Gatehouse's own transport (fast), on
 * node:http2 with gRPC written by hand, and on @grpc/grpc-js. They take turns; each figure is the median of the rounds.
 *
 * Keys of --json, for messages of 108 and of 3700 bytes:
 * - BYTES.fast, BYTES.node:http2, BYTES.grpc-js: CPU-seconds of the server per 100,000 calls
 * - BYTES.fastVsHttp2, BYTES.fastVsGrpcJs: the first by the others; below 1 is less
 */
export async function run(): Promise<Figures> {
  const figures: Figures = {};
  for (const bytes of [108, 3700]) {
    const rounds = new Map<BenchTransport, number[]>(TRANSPORTS.map((each) => [each, []]));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const each of TRANSPORTS) rounds.get(each)?.push(await measure(each, bytes));
    }
    const median = (each: BenchTransport) => rounds.get(each)?.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
    for (const each of TRANSPORTS) {
      figures[`${bytes}.${each}`] = rounded(median(each));
      process.stderr.write(`${bytes} bytes, ${each}: ${median(each).toFixed(2)} CPU-s per 100,000\n`);
    }
    figures[`${bytes}.fastVsHttp2`] = rounded(median('fast') / median('node:http2'));
    figures[`${bytes}.fastVsGrpcJs`] = rounded(median('fast') / median('grpc-js'));
  }
  return figures;
}

const ROUNDS = Number(process.env.BENCH_ROUNDS || 3);
const CALLS = 60_000;
const CONNECTIONS = 2;
const IN_FLIGHT = 64;

async function measure(transport: BenchTransport, bytes: number): Promise<number> {
  const server = await startServer(transport);
  const address = { host: '127.0.0.1', port: server.port };
  const connections = [];
  for (let at = 0; at < CONNECTIONS; at += 1) connections.push(await openConnection(address));
  const call = prepareCall(`/${METHOD}`, Buffer.alloc(bytes));
  const load = { connections, inFlight: IN_FLIGHT, prepared: () => call, isGood: Boolean };
  await runLoad({ ...load, calls: CALLS / 4 });
  const before = await server.taken();
  const { bad } = await runLoad({ ...load, calls: CALLS });
  const after = await server.taken();
  for (const connection of connections) connection.close();
  await server.close();
  if (bad > 0) throw new Error(`${bad} calls were not answered`);
  const cpu = after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system;
  return (cpu / 1e6 / CALLS) * 1e5;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
