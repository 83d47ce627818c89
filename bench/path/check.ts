import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { claimsOf, rsaSigner, signToken } from '../../test/support/json-web-token.ts';
import { startTestRedis } from '../../test/support/redis.ts';
import { writeMessages } from '../load/message-file.ts';
import type { PinnedService } from '../service/pinned.ts';
import { note } from '../service/rounds.ts';
import { rssMb } from '../service/rss.ts';
import { type Bench, benchAt, benchLoad, IN_FLIGHT, type ServiceName, warmUpCallsAt } from './bench.ts';
import { CHECK_METHOD, checkRequest } from './check-requests.ts';
import { startOpa } from './opa.ts';
import { ISSUER, startAuthz, startGoAuthorizer } from './services.ts';

const INSPECTED_CHARACTERS = 1_024;
/** At one in flight each call takes a round trip, which is long beside its CPU. */
const callsAt = (inFlight: number) => (inFlight === 1 ? 4_000 : 15_000);
/** It takes a hundred times as long for each as Gatehouse. */
const OPA_SHARE = 1 / 5;
/** Each token is signed first. */
const newTokensAt = (inFlight: number) => (inFlight === 1 ? 500 : 3_000);
/** Until V8 has compiled what it will: after 6,000 tokens a tenth of the CPU still went into that. Go gets as many. */
const WARM_UP_CALLS = 40_000;
const WARM_UP_TOKENS = 20_000;
const WARM_UP_CALLS_OF_OPA = 2_000;

const CALL = { method: CHECK_METHOD, numbered: true };

/** Check with an API key and with tokens that were seen before or not, without and with inspection. */
export async function benchCheck(bench: Bench): Promise<void> {
  const { dir, closers, sender, figures } = bench;
  const signer = rsaSigner('bench');
  const token = () => signToken(signer, claimsOf(ISSUER, { jti: randomBytes(12).toString('hex') }));
  const jwksFile = join(dir, 'jwks.json');
  await writeFile(jwksFile, JSON.stringify({ keys: [signer.jwk] }));
  const issuer = { issuer: ISSUER, audiences: ['gatehouse'], algorithms: ['RS256'], jwksFile };
  const redis = await startTestRedis({ appendOnly: false });
  closers.push(redis.close);

  const started = <Service extends PinnedService>(service: Service) => {
    closers.push(service.close);
    return service;
  };
  const setup = { redis, issuer, inspection: false };
  const fast = started(await startAuthz('fast', { ...setup, transport: 'fast' }));
  const grpcJs = started(await startAuthz('grpcJs', { ...setup, transport: 'grpc-js' }));
  const inspecting = started(await startAuthz('fast', { ...setup, transport: 'fast', inspection: true }));
  const peer = await startGoAuthorizer(jwksFile);
  if ('missing' in peer) note(`the Go authorizer is not measured: ${peer.missing}`);
  const go = 'missing' in peer ? [] : [started(peer)];
  const policyAgent = await startOpa(jwksFile);
  if ('missing' in policyAgent) note(`Open Policy Agent is not measured: ${policyAgent.missing}`);
  const opa = 'missing' in policyAgent ? [] : [started(policyAgent)];

  const messages = async (name: string, of: readonly Buffer[]) => {
    const file = join(dir, name);
    await writeMessages(file, of);
    return file;
  };
  const fresh = async (name: string, count: number) =>
    messages(
      name,
      Array.from({ length: count }, () => checkRequest({ authorization: `Bearer ${token()}` })),
    );
  const warmUp = async (services: readonly PinnedService<ServiceName>[], file: string, calls: number) => {
    for (const { port } of services) {
      await sender.send({ ...CALL, file, port, inFlight: 64, warmUpCalls: 1, calls: calls - 1 });
    }
  };
  const all = [fast, grpcJs, ...go];
  const credential = { authorization: `Bearer ${token()}` };
  const known = await messages('known', [checkRequest(credential)]);
  const inspected = await messages('inspected', [checkRequest(credential, INSPECTED_CHARACTERS)]);
  const byKey = {
    fast: await messages('key-fast', [checkRequest({ 'x-api-key': fast.apiKey })]),
    grpcJs: await messages('key-grpc-js', [checkRequest({ 'x-api-key': grpcJs.apiKey })]),
    go: '',
    opa: '',
  };
  await warmUp(all, known, WARM_UP_CALLS);
  await warmUp(opa, known, WARM_UP_CALLS_OF_OPA);
  await warmUp([inspecting], inspected, WARM_UP_CALLS);
  await warmUp(all, await fresh('warm-up', WARM_UP_TOKENS), WARM_UP_TOKENS);

  for (const inFlight of IN_FLIGHT) {
    const calls = callsAt(inFlight);
    const load = { ...CALL, inFlight, calls, warmUpCalls: warmUpCallsAt(inFlight, calls) };
    const turns = benchAt(inFlight, bench);
    await benchLoad(turns, `apiKey${inFlight}`, [fast, grpcJs], redis, (name) => ({
      ...load,
      file: byKey[name],
    }));
    await benchLoad(turns, `known${inFlight}`, [...all, ...opa], redis, (name) => ({
      ...load,
      file: known,
      calls: calls * (name === 'opa' ? OPA_SHARE : 1),
    }));
  }
  for (const inFlight of IN_FLIGHT) {
    const calls = newTokensAt(inFlight);
    const warmUpCalls = warmUpCallsAt(inFlight, calls);
    const load = { ...CALL, inFlight, calls, warmUpCalls };
    const turns = benchAt(inFlight, bench);
    const files: string[] = [];
    for (let round = 0; round < turns.rounds; round += 1) {
      files.push(await fresh(`new-${inFlight}-${round}`, calls + warmUpCalls));
    }
    await benchLoad(turns, `new${inFlight}`, all, redis, (_, round) => ({
      ...load,
      file: files[round] as string,
    }));
  }
  const calls = callsAt(64);
  const load = { ...CALL, file: inspected, inFlight: 64, calls, warmUpCalls: calls / 10 };
  await benchLoad(bench, 'inspected64', [inspecting, ...go], redis, () => load);
  figures.checkRssMb = rssMb(fast.pid);
}
