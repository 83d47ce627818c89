import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../src/toolchain/index.ts';
import { goProgram } from '../support/go-program.ts';

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

/**
 * Reads a Compose file with Compose's own parser (Go module compose-spec/compose-go), with no variable set.
 * @returns why it cannot be read where there is no Go to build the parser with
 * @throws what the parser says where the file is wrong
 */
export async function readComposeFile(
  file: string,
  env: Record<string, string> = {},
): Promise<{ project: ComposeProject } | { missing: string }> {
  const parser = await goProgram(SOURCES);
  if ('missing' in parser) return parser;
  const { stdout } = await promisify(execFile)(parser.program, [file], { env, maxBuffer: 1 << 24 });
  return { project: JSON.parse(stdout) as ComposeProject };
}
