/**
 * Sends ShouldRateLimit to a rate limit service: a process of its own, so that what it costs is not the service's.
 * Takes one argument, RatelimitLoad as JSON; prints RatelimitLoadResult as JSON.
 */
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { openConnection } from './connection.ts';
import { type LoadResult, runLoad } from './run-load.ts';
import { seededRandom, zipf } from './zipf.ts';

export interface RatelimitLoad {
  host: string;
  port: number;
  inFlight: number;
  calls: number;
  /** Calls that are not measured, before the others. */
  warmUpCalls: number;
  /** Limits that each call is held to, 1 to 4. */
  limits: number;
  /** 1: every call is the same client's; more: clients call as unevenly as Zipf's law says. */
  clients: number;
  seed: number;
}

export interface RatelimitLoadResult extends LoadResult {
  /** CPU time of this process per 100,000 calls. */
  cpuSecondsPer100k: number;
}

/** Envoy has one connection for each of its worker threads. */
const CONNECTIONS = 2;
/** RateLimitResponse begins with overall_code (field 1) and OK (1). */
const OK = Buffer.of(0x08, 0x01);
const METHOD = '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit';
const PROTOS = fileURLToPath(new URL('../../protos/', import.meta.url));

/** The domain that both services are given, with a limit that is never reached for each key. */
export const DOMAIN = 'bench';
export const KEYS = ['client', 'tenant', 'path', 'method'] as const;

if (import.meta.main) {
  const load = JSON.parse(process.argv[2] ?? '') as RatelimitLoad;
  const connections = await Promise.all(
    Array.from({ length: Math.min(CONNECTIONS, load.inFlight) }, () => openConnection(load, METHOD)),
  );
  const messages = prepareMessages(load);
  const shared = { connections, inFlight: load.inFlight, isGood: isOk };
  await runLoad({ ...shared, calls: load.warmUpCalls, message: (call) => messages(call) });
  const before = process.cpuUsage();
  const result = await runLoad({
    ...shared,
    calls: load.calls,
    message: (call) => messages(load.warmUpCalls + call),
  });
  const { user, system } = process.cpuUsage(before);
  const cpuSecondsPer100k = ((user + system) / 1e6 / load.calls) * 1e5;
  process.stdout.write(JSON.stringify({ ...result, cpuSecondsPer100k } satisfies RatelimitLoadResult));
  for (const connection of connections) connection.close();
}

function isOk(message: Buffer | undefined): boolean {
  return message?.subarray(0, OK.length).equals(OK) ?? false;
}

/** Encoded once for each client. */
function prepareMessages({
  clients,
  calls,
  warmUpCalls,
  limits,
  seed,
}: RatelimitLoad): (call: number) => Buffer {
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => (target.startsWith('google/protobuf/') ? target : `${PROTOS}${target}`);
  root.loadSync('envoy/service/ratelimit/v3/rls.proto', { keepCase: true });
  const type = root.lookupType('envoy.service.ratelimit.v3.RateLimitRequest');
  const encode = (client: number) => {
    const values = [`service-${client}`, `team-${client % 1000}`, `/v1/path/${client % 50}`, 'POST'];
    const descriptors = KEYS.slice(0, limits).map((key, index) => ({
      entries: [{ key, value: values[index] }],
    }));
    return Buffer.from(type.encode({ domain: DOMAIN, descriptors }).finish());
  };
  if (clients === 1) {
    const only = encode(0);
    return () => only;
  }
  const draw = zipf(clients, seededRandom(seed));
  const sequence = Uint32Array.from({ length: calls + warmUpCalls }, draw);
  const encoded = new Map<number, Buffer>();
  for (const client of new Set(sequence)) encoded.set(client, encode(client));
  return (call) => encoded.get(sequence[call] ?? 0) ?? Buffer.alloc(0);
}
