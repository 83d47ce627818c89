import { connectPeer, frame, TYPE, uint32 } from '../test/support/http2-peer.ts';
import { startServer } from './grpc/process.ts';
import { METHOD } from './grpc/server.ts';
import { type CallConnection, openConnection, prepareCall } from './load/connection.ts';
import { runLoad } from './load/run-load.ts';
import type { Figures } from './run.ts';

/**
 * Whether the memory of the fast transport stays flat: many calls over connections that come and go, among them calls
 * that are reset, connections that break in the middle of one and some that speak nonsense.
 *
 * Keys of --json:
 * - calls: how many were answered; seconds: how long it took
 * - rssWarmMb: memory of the server after a tenth of them; rssEndMb: at the end; rssMostMb: in between
 * - growthMb: from the tenth to the end
 */
export async function run(): Promise<Figures> {
  const server = await startServer('fast');
  const address = { host: '127.0.0.1', port: server.port };
  const rssMb = async () => Math.round((await server.taken()).rssBytes / 2 ** 20);
  const prepared = SIZES.map((bytes) => prepareCall(`/${METHOD}`, Buffer.alloc(bytes)));
  const begin = performance.now();
  let warmMb = 0;
  let mostMb = 0;
  try {
    for (let portion = 1; portion <= PORTIONS; portion += 1) {
      const connections: CallConnection[] = [];
      for (let at = 0; at < CONNECTIONS; at += 1) connections.push(await openConnection(address));
      const { bad } = await runLoad({
        ...{ connections, inFlight: IN_FLIGHT, calls: CALLS / PORTIONS },
        prepared: (call) => prepared[call % prepared.length] ?? prepareCall(`/${METHOD}`, Buffer.alloc(0)),
        isGood: Boolean,
      });
      if (bad > 0) throw new Error(`${bad} calls were not answered`);
      await misbehave(server.port);
      for (const connection of connections) connection.close();
      const nowMb = await rssMb();
      mostMb = Math.max(mostMb, nowMb);
      if (portion === PORTIONS / 10) warmMb = nowMb;
      if (portion % (PORTIONS / 10) === 0) {
        process.stderr.write(`${(portion * CALLS) / PORTIONS} calls, RSS ${nowMb} MB\n`);
      }
    }
    const endMb = await rssMb();
    return {
      calls: CALLS,
      seconds: Math.round((performance.now() - begin) / 1000),
      ...{ rssWarmMb: warmMb, rssEndMb: endMb, rssMostMb: mostMb, growthMb: endMb - warmMb },
    };
  } finally {
    await server.close();
  }
}

const CALLS = Number(process.env.BENCH_CALLS || 5_000_000);
const PORTIONS = 50;
const CONNECTIONS = 4;
const IN_FLIGHT = 64;
const SIZES = [0, 108, 3700, 16_000];
const MISBEHAVING = 20;

async function misbehave(port: number): Promise<void> {
  // HEADERS of stream 1; the message never comes.
  const begun = prepareCall(`/${METHOD}`, Buffer.alloc(1000)).firstHeaders;
  begun[8] = 1;
  for (let at = 0; at < MISBEHAVING; at += 1) {
    const peer = await connectPeer({ port });
    peer.send(begun);
    if (at % 3 === 0) peer.send(frame(TYPE.rstStream, 0, 1, uint32(8)));
    if (at % 3 === 1) peer.send(frame(TYPE.data, 0, 1, Buffer.alloc(500)));
    if (at % 3 === 2) peer.send(frame(TYPE.continuation, 0, 7));
    await peer.next(TYPE.settings);
    peer.close();
  }
}
