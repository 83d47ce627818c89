import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { generateApiKey } from '../src/authz/api-keys/format.ts';
import { type KeyAdministration, withKeyAdministration } from '../src/authz/index.ts';
import { claimsOf, hmacSigner, signToken } from '../test/support/json-web-token.ts';
import { startAuthzProcesses } from './authz/processes.ts';
import { type CallConnection, openConnection, prepareCall } from './load/connection.ts';
import { isPassed } from './load/passed.ts';
import { runLoad } from './load/run-load.ts';
import { seededRandom, zipf } from './load/zipf.ts';
import type { Figures } from './run.ts';
import { rssMb } from './service/rss.ts';

/**
 * Whether authz's memory stays flat: many checks with many different credentials against one `gatehouse serve authz`,
 * and its resident memory (VmRSS) along the way. 30 % are API keys that exist, 35 % keys that do not, and 35 % JSON Web
 * Tokens, half of them with a wrong signature. Every credential comes up several times, some far more often, as
 * Zipf's law says; the caches hold 10,000 of each kind, so that most of the others are displaced and looked up again.
 *
 * Keys of --json:
 * - checks, tokens: how many there were
 * - rssBeforeMb: after a warm-up that has every kind of credential; rssAfterMb: at the end
 * - rssQuarter1Mb, rssQuarter2Mb, rssQuarter3Mb: along the way
 * - growthMb: from the first quarter to the end, in which what could leak leaks three times as much
 * - allowed: share of the checks that passed; seconds: how long it took
 */
const CHECKS = Number(process.env.BENCH_CHECKS || 1_000_000);
const TOKENS = Math.min(200_000, CHECKS / 5);
const WARM_UP_CHECKS = 20_000;
const QUARTERS = 4;
const IN_FLIGHT = 64;
const CONNECTIONS = 2;
const KEYS_AT_ONCE = 500;
const SEED = 20_260_101;
const ISSUER = 'https://issuer.example';
const METHOD = '/envoy.service.auth.v3.Authorization/Check';
const PROTOS = fileURLToPath(new URL('../protos/', import.meta.url));

export async function run(): Promise<Figures> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-memory-'));
  const secret = randomBytes(32);
  await writeFile(join(dir, 'secret'), secret.toString('hex'), { mode: 0o600 });
  const issuer = { issuer: ISSUER, audiences: ['gatehouse'], algorithms: ['HS256'] };
  const issuers = [{ ...issuer, secretFile: join(dir, 'secret'), secretEncoding: 'hex' }];
  const authz = await startAuthzProcesses(1, `identity.jwt.issuers=${JSON.stringify(issuers)}`);
  const connections: CallConnection[] = [];
  try {
    const [served] = authz.processes;
    if (served === undefined) throw new Error('authz did not start');
    note(`making ${TOKENS} credentials`);
    const tokens = await withKeyAdministration(authz.config, 'bench', (keys) => makeTokens(keys, secret));
    const message = encoder();
    for (let at = 0; at < CONNECTIONS; at += 1) {
      connections.push(await openConnection({ host: '127.0.0.1', port: served.port }));
    }
    const load = async (calls: number, first: number): Promise<{ allowed: number; seconds: number }> => {
      let allowed = 0;
      const { bad, seconds } = await runLoad({
        connections,
        inFlight: IN_FLIGHT,
        calls,
        prepared: (call) => prepareCall(METHOD, message(tokens[drawn[first + call] ?? 0] ?? '')),
        isGood(answer) {
          if (answer !== undefined && isPassed(answer)) allowed += 1;
          return answer !== undefined;
        },
      });
      if (bad > 0) throw new Error(`${bad} checks failed`);
      return { allowed, seconds };
    };

    const drawn = draw(WARM_UP_CHECKS + CHECKS);
    await load(WARM_UP_CHECKS, 0);
    const rss = [rssMb(served.pid)];
    note(`after the warm-up ${rss[0]} MB`);
    const total = { allowed: 0, seconds: 0 };
    for (let quarter = 0; quarter < QUARTERS; quarter += 1) {
      const calls = CHECKS / QUARTERS;
      const { allowed, seconds } = await load(calls, WARM_UP_CHECKS + quarter * calls);
      total.allowed += allowed;
      total.seconds += seconds;
      rss.push(rssMb(served.pid));
      note(`after ${(quarter + 1) * calls} checks ${rss.at(-1)} MB`);
    }
    const [before = 0, first = 0, second = 0, third = 0, after = 0] = rss;
    return {
      checks: CHECKS,
      tokens: TOKENS,
      rssBeforeMb: before,
      rssQuarter1Mb: first,
      rssQuarter2Mb: second,
      rssQuarter3Mb: third,
      rssAfterMb: after,
      growthMb: Number((after - first).toFixed(1)),
      allowed: Number((total.allowed / CHECKS).toFixed(3)),
      seconds: Math.round(total.seconds),
    };
  } finally {
    for (const connection of connections) connection.close();
    await authz.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** All kinds in turn, so that any range of them has all. */
async function makeTokens(keys: KeyAdministration, secret: Buffer): Promise<string[]> {
  const known: string[] = [];
  const wanted = Math.ceil(TOKENS * 0.3);
  while (known.length < wanted) {
    const batch = Array.from({ length: Math.min(KEYS_AT_ONCE, wanted - known.length) }, () =>
      keys.createKey({ client: 'service-a', tier: 'pro' }),
    );
    known.push(...(await Promise.all(batch)).map(({ key }) => key));
  }
  const signer = hmacSigner(secret);
  const forger = hmacSigner(randomBytes(32));
  return Array.from({ length: TOKENS }, (_, at) => {
    const kind = at % 20;
    if (kind < 6) return known.pop() ?? unknownKey();
    if (kind < 13) return unknownKey();
    const claims = claimsOf(ISSUER, { sub: `user-${at}`, jti: `token-${at}` });
    return signToken(kind % 2 === 0 ? signer : forger, claims);
  });
}

function unknownKey(): string {
  return generateApiKey(randomBytes);
}

/** Every second one in turn, the others as unevenly as Zipf's law says. */
function draw(calls: number): Uint32Array {
  const skewed = zipf(TOKENS, seededRandom(SEED));
  return Uint32Array.from({ length: calls }, (_, call) => (call % 2 === 0 ? (call / 2) % TOKENS : skewed()));
}

/** From a credential to a CheckRequest as Envoy sends it. */
function encoder(): (token: string) => Uint8Array {
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => (target.startsWith('google/protobuf/') ? target : `${PROTOS}${target}`);
  root.loadSync('envoy/service/auth/v3/external_auth.proto', { keepCase: true });
  const type = root.lookupType('envoy.service.auth.v3.CheckRequest');
  return (token) => {
    const headers = { authorization: `Bearer ${token}`, 'x-request-id': 'bench' };
    const http = { id: '1', method: 'GET', path: '/claude/status/1', headers };
    const source = { address: { socket_address: { address: '127.0.0.1', port_value: 40_000 } } };
    return type.encode({ attributes: { source, request: { http } } }).finish();
  };
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
