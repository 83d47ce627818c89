import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSender } from './load/sender-process.ts';
import type { Bench, ServiceName } from './path/bench.ts';
import { benchCheck } from './path/check.ts';
import { benchEndToEnd } from './path/end-to-end.ts';
import { benchRatelimit } from './path/ratelimit.ts';
import type { Figures } from './run.ts';
import { rounded } from './service/rounds.ts';

/**
 * What Envoy's two control calls cost, all in one run: by Gatehouse's own gRPC transport (`fast`), by Gatehouse on
 * @grpc/grpc-js (`grpcJs`), and by Go (`go`) where it is there: envoyproxy/ratelimit, and an authorizer as one writes it
 * by hand on grpc-go and golang-jwt (bench/path/authorizer). Check with a known token is also decided by Open Policy Agent
 * (`opa`): by the OPA-Envoy that OPA_ENVOY names, else by OPA as a library (bench/path/opa). The services take turns in
 * short rounds; each figure is the median of the rounds. A service runs on one core, Redis and the process that sends on
 * the other. CPU-seconds are per 100,000 calls.
 *
 * `LOAD` is a kind of call and how many are in flight, such as `hot64`:
 * - hot: ShouldRateLimit of two descriptors, always the same; zipf: of 100,000 clients that call as unevenly as Zipf's
 *   law says
 * - apiKey, known, new: Check of 3.7 KB with an API key, with a token (RS256) that was seen before, and with one that was
 *   not; every body is another one. Gatehouse does all of its work on it but inspection: metadata, permissions, assertion
 * - inspected: as known, with a prompt of 1 KB that Gatehouse inspects
 *
 * Keys of --json:
 * - ratelimitVsGo: CPU of service plus Redis by envoyproxy/ratelimit's, at hot64; below 1 is less. null without Go
 * - ratelimitZipfVsGo: the same at zipf64
 * - checkKnownVsGo, checkNewVsGo, checkInspectedVsGo: CPU by the Go authorizer's at known64, new64 and inspected64
 * - checkKnownVsOpa: the same by Open Policy Agent's, at known64. null without Go
 * - ratelimitSaved, checkSaved: part of the CPU on grpc-js that the own transport saves, at hot64 (with Redis) and known64
 * - ratelimitRssMb, checkRssMb: memory of the two services on the own transport, after all
 * - LOAD.SERVICE.serviceCpu, .redisCpu: CPU-seconds; .p50Ms, .p99Ms: latency; .callsPerSecond; .loadCpu: CPU-seconds of
 *   the process that sends
 * - endToEndVsGo: CPU of whole requests through one Envoy thread (bench/path/end-to-end.ts), of Envoy and all that it asks,
 *   by that with the Go pair in Gatehouse's place; endToEnd.none, .fast, .go: the parts of it, and no filters at all;
 *   endToEnd.shipped: with the Envoy configuration that Gatehouse ships
 * - LOAD.vsGo, LOAD.vsOpa: CPU by theirs; LOAD.p99VsGo, LOAD.p99VsOpa: the 99th percentile by theirs
 */
export async function run(): Promise<Figures> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-path-'));
  const sender = startSender();
  const closers: Bench['closers'] = [() => rm(dir, { recursive: true, force: true }), sender.close];
  const bench: Bench = { dir, sender, rounds: ROUNDS, figures: {}, closers };
  try {
    const parts = Object.entries(PARTS).filter(([name]) => PART === undefined || name === PART);
    for (const [, part] of parts) await part(bench);
  } finally {
    for (const close of closers.reverse()) await close();
  }
  const { figures } = bench;
  return {
    ratelimitVsGo: figures['hot64.vsGo'] ?? null,
    ratelimitZipfVsGo: figures['zipf64.vsGo'] ?? null,
    checkKnownVsGo: figures['known64.vsGo'] ?? null,
    checkNewVsGo: figures['new64.vsGo'] ?? null,
    checkInspectedVsGo: figures['inspected64.vsGo'] ?? null,
    checkKnownVsOpa: figures['known64.vsOpa'] ?? null,
    endToEndVsGo: figures['endToEnd.vsGo'] ?? null,
    ratelimitSaved: saved(figures, 'hot64'),
    checkSaved: saved(figures, 'known64'),
    ...figures,
  };
}

const ROUNDS = Number(process.env.BENCH_ROUNDS || 3);
const PARTS = { ratelimit: benchRatelimit, check: benchCheck, endToEnd: benchEndToEnd };
/** One of PARTS: that one alone. */
const PART = process.env.BENCH_PART;

/** What part of the CPU on grpc-js the own transport saves. */
function saved(figures: Figures, load: string): number | null {
  const cpu = (name: ServiceName) =>
    Number(figures[`${load}.${name}.serviceCpu`]) + Number(figures[`${load}.${name}.redisCpu`]);
  const part = 1 - cpu('fast') / cpu('grpcJs');
  return Number.isNaN(part) ? null : rounded(part);
}
