import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withKeyAdministration } from '../../src/authz/index.ts';
import { type Config, loadConfig } from '../../src/config/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';
import { freePort } from '../../test/support/free-port.ts';
import { goProgram } from '../../test/support/go-program.ts';
import type { TestRedis } from '../../test/support/redis.ts';
import { HOST, type PinnedService, startPinned } from '../service/pinned.ts';

/** What the Go authorizer takes tokens of. */
export const ISSUER = 'https://issuer.example';

export interface BenchAuthz<Name extends string> extends PinnedService<Name> {
  /** Of service-a. */
  apiKey: string;
}

export interface AuthzSetup {
  redis: TestRedis;
  transport: Config['grpc']['transport'];
  /** An entry of identity.jwt.issuers. */
  issuer: object;
  inspection: boolean;
}

/** As `gatehouse up` runs it. */
export async function startAuthz<Name extends string>(
  name: Name,
  { redis, transport, issuer, inspection }: AuthzSetup,
): Promise<BenchAuthz<Name>> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-authz-'));
  const keyFile = join(dir, 'key');
  await writeFile(keyFile, randomBytes(32).toString('hex'), { mode: 0o600 });
  const port = await freePort();
  const settings = Object.entries({
    'grpc.transport': transport,
    'listen.authz': `${HOST}:${port}`,
    'listen.authzHttp': `${HOST}:0`,
    'redis.url': redis.address.url,
    'redis.keyPrefix': name,
    'identity.apiKeys.hashKeyFile': keyFile,
    'identity.assertion.keyFile': keyFile,
    'identity.jwt.issuers': JSON.stringify([issuer]),
    'inspection.enabled': String(inspection),
  }).map(([key, value]) => `${key}=${value}`);
  const config = loadConfig({ dataDir: dir, cwd: dir, set: settings });
  const { key } = await withKeyAdministration(config, 'bench', (keys) =>
    keys.createKey({ client: 'service-a', tier: 'pro' }),
  );
  const args = ['serve', 'authz', '--data-dir', dir, ...settings.flatMap((each) => ['--set', each])];
  const service = await startPinned(name, join(ROOT, 'bin/gatehouse'), args, { env: process.env, port, dir });
  return { ...service, apiKey: key };
}

/** The authorizer of ./authorizer. @returns why it cannot be built here where it cannot */
export async function startGoAuthorizer(
  jwksFile: string,
): Promise<PinnedService<'go'> | { missing: string }> {
  const built = await goProgram(join(ROOT, 'bench/path/authorizer'));
  if ('missing' in built) return built;
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-go-'));
  const port = await freePort();
  return startPinned('go', built.program, [`${HOST}:${port}`, jwksFile], { env: {}, port, dir });
}
