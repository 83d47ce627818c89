import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { seededRandom, zipf } from './zipf.ts';

export const RATE_LIMIT_METHOD = '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit';

/** The domain that all services are given, with a limit that is never reached for each key. */
export const DOMAIN = 'bench';
const KEYS = ['client', 'tenant', 'path', 'method'] as const;
const PROTOS = fileURLToPath(new URL('../../protos/', import.meta.url));

/** One file for all: no call is ever refused, so that all do the same work. */
export const RULES = `domain: ${DOMAIN}\ndescriptors:\n${KEYS.map(
  (key) => `  - {key: ${key}, rate_limit: {unit: hour, requests_per_unit: 4000000000}}\n`,
).join('')}`;

export interface RateLimitTraffic {
  /** Limits that each call is held to, 1 to 4. */
  limits: number;
  /** 1: every call is the same client's; more: clients call as unevenly as Zipf's law says. */
  clients: number;
  calls: number;
  seed: number;
}

/** RateLimitRequests in the order in which they come; one where all are the same. */
export function rateLimitRequests({ limits, clients, calls, seed }: RateLimitTraffic): Uint8Array[] {
  const encode = encoder(limits);
  if (clients === 1) return [encode(0)];
  const draw = zipf(clients, seededRandom(seed));
  return Array.from({ length: calls }, () => encode(draw()));
}

function encoder(limits: number): (client: number) => Uint8Array {
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => (target.startsWith('google/protobuf/') ? target : `${PROTOS}${target}`);
  root.loadSync('envoy/service/ratelimit/v3/rls.proto', { keepCase: true });
  const type = root.lookupType('envoy.service.ratelimit.v3.RateLimitRequest');
  return (client) => {
    const values = [`service-${client}`, `team-${client % 1000}`, `/v1/path/${client % 50}`, 'POST'];
    const descriptors = KEYS.slice(0, limits).map((key, index) => ({
      entries: [{ key, value: values[index] }],
    }));
    return type.encode({ domain: DOMAIN, descriptors }).finish();
  };
}
