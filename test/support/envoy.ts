import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatHostPort, type HostPort, loadConfig } from '../../src/config/index.ts';
import { writeEnvoyFiles } from '../../src/envoy/index.ts';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { makeTestCertificate } from './certificate.ts';
import { until } from './until.ts';

export interface TestEnvoyOptions {
  upstreams: { authz: HostPort; ratelimit: HostPort; api: HostPort };
  /** As --set. */
  set?: readonly string[];
  /** Changes the rendered configuration, for what a user cannot set, such as a timeout of two minutes. */
  edit?: (yaml: string) => string;
}

export interface TestEnvoy {
  /** http://, the plain listener. */
  url: string;
  /** https://, with a certificate that nobody signed. */
  tlsUrl: string;
  adminUrl: string;
  /** The access log's line of a request. */
  logged(requestId: string): Promise<Record<string, unknown>>;
  /** The whole access log as text. */
  accessLog(): string;
  /** What Envoy said about itself, from level warning on. */
  warnings(): string[];
  close(): Promise<void>;
}

/** Starts the real Envoy on the shipped configuration, every listener on a free port of loopback. */
export async function startTestEnvoy(options: TestEnvoyOptions): Promise<TestEnvoy> {
  const path = findTool('envoy');
  if (path === undefined) throw new Error(missingTool('envoy'));
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-envoy-'));
  const certificate = await makeTestCertificate();
  const config = loadConfig({
    dataDir: dir,
    cwd: dir,
    set: [
      ...['envoyHttp', 'envoyTls', 'envoyAdmin', 'envoyMetrics'].map((name) => `listen.${name}=127.0.0.1:0`),
      ...Object.entries(options.upstreams).map(
        ([name, address]) => `envoy.upstreams.${name}=${formatHostPort(address)}`,
      ),
      ...(options.set ?? []),
    ],
  });
  const configFile = await writeEnvoyFiles(dir, config, certificate);
  const adminFile = join(dir, 'admin-address');
  if (options.edit) await writeFile(configFile, options.edit(await readFile(configFile, 'utf8')));

  const child = spawn(
    path,
    [
      ...['--config-path', configFile, '--admin-address-path', adminFile],
      ...['--disable-hot-restart', '--concurrency', '2', '--log-level', 'warning'],
      ...['--file-flush-interval-msec', '20'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await certificate.close();
    await rm(dir, { recursive: true, force: true });
  };

  const adminUrl = async () => `http://${await readFile(adminFile, 'utf8')}`;
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`Envoy did not start: ${stderr}`);
    return (await fetch(`${await adminUrl()}/ready`)).ok;
  };
  try {
    await until(() => isReady().catch((error) => rethrowUnlessAbsent(error)), 'Envoy is ready');
    const ports = await listenerPorts(await adminUrl());
    return {
      url: `http://127.0.0.1:${ports.plain}`,
      tlsUrl: `https://127.0.0.1:${ports.tls}`,
      adminUrl: await adminUrl(),
      async logged(requestId) {
        const line = () => stdout.split('\n').find((text) => text.includes(`"request_id":"${requestId}"`));
        await until(() => line() !== undefined, `the access log has ${requestId}`);
        return JSON.parse(line() ?? '') as Record<string, unknown>;
      },
      accessLog: () => stdout,
      warnings: () => stderr.split('\n').filter((line) => line !== ''),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Not there yet: the admin address's file, or whoever listens at it. */
function rethrowUnlessAbsent(error: unknown): false {
  if (error instanceof TypeError || (error as NodeJS.ErrnoException).code === 'ENOENT') return false;
  throw error;
}

async function listenerPorts(adminUrl: string): Promise<Record<string, number>> {
  const answer = await fetch(`${adminUrl}/listeners?format=json`);
  const { listener_statuses: listeners } = (await answer.json()) as {
    listener_statuses: { name: string; local_address: { socket_address: { port_value: number } } }[];
  };
  return Object.fromEntries(
    listeners.map(({ name, local_address }) => [name, local_address.socket_address.port_value]),
  );
}
