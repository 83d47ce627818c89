import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../../src/toolchain/index.ts';

const GATEHOUSE = join(ROOT, 'bin/gatehouse');

/** What `gatehouse up --json` says once everything answers. */
export interface Ready {
  ready: true;
  url: string;
  tlsUrl: string;
  apiKey: string;
  adminUrl: string;
  adminToken: string;
  model: string;
  sandbox: string;
  caFile: string;
  /** Of telemetry.jaeger: embedded. */
  jaegerUrl: string | null;
  listen: Record<string, string>;
}

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Installation extends Ready {
  dataDir: string;
  /** The `gatehouse up` process itself. */
  process: ChildProcess;
  /** What it has written to standard error so far. */
  stderr(): string;
  /** Runs another command against this installation. */
  gatehouse(...args: string[]): Promise<CommandResult>;
  /** A new key's text. */
  createKey(client: string, tier: string, tenant?: string): Promise<string>;
  /** Everything that any part has logged. */
  logs(): Promise<string>;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
  /** Stops if need be and removes the data. */
  close(): Promise<void>;
}

export interface InstallationOptions {
  set?: string[];
  env?: NodeJS.ProcessEnv;
  dataDir?: string;
  freePorts?: boolean;
}

/** Nothing of the caller's own settings may reach an installation under test. */
function cleanEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(GATEHOUSE_|ANTHROPIC_|CLAUDE)/.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}

/** Runs `gatehouse` to its end. */
export async function gatehouse(
  args: string[],
  env?: NodeJS.ProcessEnv,
  cwd = ROOT,
  input = '',
): Promise<CommandResult> {
  const child = spawn(GATEHOUSE, args, { env: cleanEnvironment(env), cwd });
  // It may end without reading it.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'gatehouse-e2e-'));
}

/** Starts everything for real, on free ports and in a folder of its own. */
export async function startInstallation(options: InstallationOptions = {}): Promise<Installation> {
  const dataDir = options.dataDir ?? (await temporaryFolder());
  const set = (options.set ?? []).flatMap((value) => ['--set', value]);
  const ports = options.freePorts === false ? [] : ['--free-ports'];
  const child = spawn(GATEHOUSE, ['up', '--json', '--data-dir', dataDir, ...ports, ...set], {
    env: cleanEnvironment(options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const line = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (line.done) throw new Error(`gatehouse up ended with ${(await closed)[0]}:\n${stderr}`);
  const ready = JSON.parse(line.value) as Ready;

  const installation: Installation = {
    ...ready,
    dataDir,
    process: child,
    stderr: () => stderr,
    gatehouse: (...args) => gatehouse([...args, '--data-dir', dataDir], options.env),
    async createKey(client, tier, tenant = 'default') {
      const result = await installation.gatehouse(
        ...['keys', 'create', '--client', client, '--tier', tier, '--tenant', tenant, '--json'],
      );
      if (result.code !== 0) throw new Error(result.stderr);
      return (JSON.parse(result.stdout) as { key: string }).key;
    },
    async logs() {
      const folder = join(dataDir, 'logs');
      const files = await readdir(folder);
      return (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('\n');
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, 'exit');
        child.kill('SIGTERM');
        await exit;
      }
      return child.exitCode;
    },
    async close() {
      await installation.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return installation;
}
