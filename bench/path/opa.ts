import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../src/toolchain/index.ts';
import { freePort } from '../../test/support/free-port.ts';
import { goProgram, SHARED_CACHE } from '../../test/support/go-program.ts';
import { HOST, type PinnedService, startPinned } from '../service/pinned.ts';

const FOLDER = join(ROOT, 'bench/path/opa');
const POLICY = join(FOLDER, 'policy.rego');

/**
 * Open Policy Agent, deciding by ./opa/policy.rego: the OPA-Envoy that OPA_ENVOY names, else the authorizer of ./opa, which
 * has the same decided by OPA as a library.
 * @returns why there is neither where there is neither
 */
export async function startOpa(jwksFile: string): Promise<PinnedService<'opa'> | { missing: string }> {
  const plugin = process.env.OPA_ENVOY || undefined;
  if (plugin !== undefined && !existsSync(plugin))
    throw new Error(`OPA_ENVOY: there is no program at ${plugin}`);
  const built = plugin === undefined ? await goProgram(FOLDER, { cache: SHARED_CACHE }) : { program: plugin };
  if ('missing' in built) return built;
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-opa-'));
  const data = join(dir, 'data.json');
  await writeFile(data, JSON.stringify({ jwks: await readFile(jwksFile, 'utf8') }));
  const port = await freePort();
  const address = `${HOST}:${port}`;
  const args = plugin === undefined ? [address, POLICY, data] : await pluginArgs(address, data);
  return startPinned('opa', built.program, args, { env: {}, port, dir });
}

/** OPA-Envoy as it is by default, with nothing logged. */
async function pluginArgs(address: string, data: string): Promise<string[]> {
  const settings = { addr: address, path: 'gatehouse/allow' };
  return [
    ...[
      'run',
      '--server',
      '--addr',
      `${HOST}:${await freePort()}`,
      '--disable-telemetry',
      '--log-level',
      'error',
    ],
    ...Object.entries(settings).flatMap(([key, value]) => [
      '--set',
      `plugins.envoy_ext_authz_grpc.${key}=${value}`,
    ]),
    ...[POLICY, data],
  ];
}
