// What a check costs: CPU of the authz process and waiting time, beside a handler that does nothing on the same
// transport, and the decision alone. docs/authorization.md says what each figure is.
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateApiKey } from '../src/authz/api-keys/format.ts';
import { knownKey } from '../src/authz/api-keys/known-key.ts';
import { createAssertionSigner } from '../src/authz/assertion-signer.ts';
import { createAuthorizer } from '../src/authz/authorizer.ts';
import { NO_BLOCKLIST } from '../src/authz/blocklist/blocklist.ts';
import { createBodyExaminer } from '../src/authz/body/examiner.ts';
import { bodyRules } from '../src/authz/body/rules.ts';
import { CHECK_CODEC } from '../src/authz/codec/index.ts';
import { createApiKeyMethod } from '../src/authz/credentials/api-key.ts';
import { compilePolicy } from '../src/authz/policy.ts';
import { loadConfig } from '../src/config/index.ts';
import { silentLogger } from '../src/telemetry/index.ts';
import { claimsOf, rsaSigner, signToken } from '../test/support/json-web-token.ts';
import { type BenchRequest, encode, load } from './authz/load.ts';
import type { BenchPorts } from './authz/server.ts';
import type { Figures } from './run.ts';

const MESSAGE_BYTES = 3_700;
const CHECKS = 8_000;
/** Each is signed first, which takes as long as twenty checks. */
const FRESH_TOKENS = 1_500;
const WARM_UP = 2_000;
const ISSUER = 'https://issuer.example';

export async function run(): Promise<Figures> {
  const signer = rsaSigner('bench');
  const token = () => signToken(signer, claimsOf(ISSUER, { jti: randomBytes(12).toString('hex') }));
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-authz-'));
  const jwksFile = join(dir, 'jwks.json');
  await writeFile(jwksFile, JSON.stringify({ keys: [signer.jwk] }));
  const issuer = { issuer: ISSUER, audiences: ['gatehouse'], algorithms: ['RS256'], jwksFile };
  const server = fork(fileURLToPath(new URL('./authz/server.ts', import.meta.url)), [JSON.stringify(issuer)]);
  try {
    const [ports] = (await once(server, 'message')) as [BenchPorts];
    const byKey = sized({ 'x-api-key': ports.key });
    const inspected = sized({ 'x-api-key': ports.inspectingKey });
    const again = sized({ authorization: `Bearer ${token()}` });
    const fresh = Array.from({ length: FRESH_TOKENS }, () => sized({ authorization: `Bearer ${token()}` }));
    return {
      ...(await measure(server, 'nothing', ports.nothing, repeat(byKey))),
      ...(await measure(server, 'api_key', ports.authz, repeat(byKey))),
      ...(await measure(server, 'jwt_first', ports.authz, fresh)),
      ...(await measure(server, 'jwt_again', ports.authz, repeat(again))),
      ...(await measure(server, 'api_key_inspected', ports.inspecting, repeat(inspected))),
      decision_us: await decisionUs(),
    };
  } finally {
    server.disconnect();
    await once(server, 'exit');
    await rm(dir, { recursive: true });
  }
}

/** A check of 3.7 KB with these headers. */
function sized(headers: Record<string, string>): Buffer {
  const request = (characters: number): BenchRequest => ({
    headers: { ...COMMON_HEADERS, ...headers },
    body: JSON.stringify({ prompt: promptOf(characters) }),
  });
  return encode(request(MESSAGE_BYTES - encode(request(0)).length - 4));
}

const COMMON_HEADERS = {
  ...{ 'content-type': 'application/json', accept: '*/*', 'user-agent': 'bench/1' },
  ...{ 'x-request-id': '0b8f4c1e-9d3f-4f0e-8d5d-1c4f0e5d1c4f', 'x-forwarded-for': '127.0.0.1' },
};

function promptOf(characters: number): string {
  return 'Refactor the parser so that it reads its input once. '
    .repeat(characters / 50 + 1)
    .slice(0, characters);
}

function repeat(message: Buffer): Buffer[] {
  return new Array<Buffer>(CHECKS).fill(message);
}

async function measure(
  server: ChildProcess,
  name: string,
  port: number,
  messages: readonly Buffer[],
): Promise<Figures> {
  // What is measured for its first time stays out of the warm-up.
  if (messages.length === CHECKS) await load(port, messages.slice(0, WARM_UP));
  const before = await cpuSeconds(server);
  const took = (await load(port, messages)).sort((a, b) => a - b);
  const per100k = ((await cpuSeconds(server)) - before) * (100_000 / messages.length);
  const at = (share: number) => round(took[Math.floor(took.length * share)] ?? 0);
  const figures = {
    [`${name}_cpu_s_per_100k`]: round(per100k),
    [`${name}_p50_ms`]: at(0.5),
    [`${name}_p99_ms`]: at(0.99),
  };
  process.stderr.write(
    `${name.padEnd(18)} ${Object.values(figures).join('  ')}  (CPU-s per 100,000, p50 ms, p99 ms)\n`,
  );
  return figures;
}

async function cpuSeconds(server: ChildProcess): Promise<number> {
  const answer = once(server, 'message') as Promise<[NodeJS.CpuUsage]>;
  server.send('cpu');
  const [{ user, system }] = await answer;
  return (user + system) / 1e6;
}

/** From the bytes of a check to those of its answer: a known key, a prompt of 1 KB, inspection off; in microseconds of CPU. */
async function decisionUs(): Promise<number> {
  const config = loadConfig({ set: ['inspection.enabled=false'], dataDir: '.', cwd: '.' });
  const key = generateApiKey(randomBytes);
  const known = knownKey({
    id: 'key_1',
    client: 'service-a',
    tenant: 'default',
    tier: 'pro',
    createdAt: new Date().toISOString(),
  });
  const authorize = createAuthorizer({
    methods: [
      createApiKeyMethod({
        keys: { find: () => known },
        lastUsed: { touch() {} },
        storeFailures: { failed() {}, succeeded() {} },
        now: Date.now,
      }),
    ],
    presentation: { certificates: 'none', sessions: false },
    blocklist: NO_BLOCKLIST,
    policy: compilePolicy(config),
    examiner: createBodyExaminer({ rules: bodyRules(config), onError() {} }),
    trustedHops: 0,
    sign: createAssertionSigner({ key: randomBytes(32), ttlMs: 30_000, now: Date.now }),
    logger: silentLogger,
    onDecision() {},
  });
  const message = encode({
    headers: { ...COMMON_HEADERS, 'x-api-key': key },
    body: JSON.stringify({ prompt: promptOf(1024) }),
  });
  const caller = { signal: new AbortController().signal };
  const decide = async (times: number) => {
    for (let count = 0; count < times; count += 1) {
      const response = authorize(CHECK_CODEC.decode(message), caller);
      CHECK_CODEC.encode(response instanceof Promise ? await response : response);
    }
  };
  await decide(20_000);
  const before = process.threadCpuUsage();
  await decide(50_000);
  const { user, system } = process.threadCpuUsage(before);
  const us = round((user + system) / 50_000);
  process.stderr.write(`the decision alone  ${us} microseconds of CPU\n`);
  return us;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
