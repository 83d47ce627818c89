import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../src/toolchain/index.ts';

/** What Compose makes of docker-compose.yml, as far as tests look at it. */
export interface ComposeProject {
  services: Record<string, ComposeService>;
  networks: Record<string, { internal?: boolean; driver_opts?: Record<string, string> }>;
  configs: Record<string, { file?: string }>;
  secrets: Record<string, { file?: string; environment?: string }>;
}

export interface ComposeService {
  image: string;
  build?: { context: string };
  user?: string;
  profiles?: string[];
  command: string[] | null;
  environment?: Record<string, string | null>;
  ports?: { host_ip?: string; published?: string; target: number }[];
  networks: Record<string, unknown>;
  secrets?: { source: string; target: string }[];
  volumes?: { source: string; target: string; read_only?: boolean; type: string }[];
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  restart?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  mem_limit?: string;
  pids_limit?: number;
  logging?: { options?: Record<string, string> };
}

const SOURCES = join(ROOT, 'test/compose/validate');
const GO_MINOR = 24;
const run = promisify(execFile);

/**
 * Reads a Compose file with Compose's own parser (Go module compose-spec/compose-go), with no variable set.
 * @returns why it cannot be read where there is no Go to build the parser with
 * @throws what the parser says where the file is wrong
 */
export async function readComposeFile(
  file: string,
  env: Record<string, string> = {},
): Promise<{ project: ComposeProject } | { missing: string }> {
  const go = await findGo();
  if (go === undefined) return { missing: `Go 1.${GO_MINOR} or newer, which builds Compose's parser` };
  const { stdout } = await run(await parser(go), [file], { env, maxBuffer: 1 << 24 });
  return { project: JSON.parse(stdout) as ComposeProject };
}

async function findGo(): Promise<string | undefined> {
  for (const go of ['go', '/usr/local/go/bin/go']) {
    const version = await run(go, ['env', 'GOVERSION'], {
      env: { ...process.env, GOTOOLCHAIN: 'local' },
    }).catch(() => undefined);
    const minor = /^go1\.(\d+)/.exec(version?.stdout ?? '')?.[1];
    if (Number(minor) >= GO_MINOR) return go;
  }
  return undefined;
}

/** Builds the parser once for each state of its sources; a first build takes half a minute. */
async function parser(go: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of ['main.go', 'go.mod', 'go.sum']) hash.update(readFileSync(join(SOURCES, name)));
  const program = join(ROOT, '.tools/go', `compose-parser-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(program)) return program;
  await mkdir(join(ROOT, '.tools/go'), { recursive: true });
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-p=1' };
  await run('nice', ['-n', '10', go, 'build', '-o', program, '.'], { cwd: SOURCES, env });
  return program;
}
