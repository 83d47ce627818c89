import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findTool } from '../../src/toolchain/index.ts';
import { makeTestCertificate } from '../../test/support/certificate.ts';
import { freePort } from '../../test/support/free-port.ts';
import { claimsOf, rsaSigner, signToken } from '../../test/support/json-web-token.ts';
import { startTestRedis } from '../../test/support/redis.ts';
import type { HttpJob, HttpResult } from '../load/http-load.ts';
import { DOMAIN, RULES } from '../load/ratelimit-requests.ts';
import { startEnvoyproxy, startGatehouse } from '../ratelimit/service.ts';
import { type PinnedService, startPinned } from '../service/pinned.ts';
import { processCpuSeconds } from '../service/process-cpu.ts';
import { median, note, rounded } from '../service/rounds.ts';
import { rssMb } from '../service/rss.ts';
import type { Bench } from './bench.ts';
import { proxyConfig, upstreamConfig } from './envoy-config.ts';
import { ISSUER, startAuthz, startGoAuthorizer } from './services.ts';
import { SHIPPED_RULES, shippedConfig } from './shipped-envoy.ts';

/** An Envoy of one thread, and whom it asks. */
interface Gateway {
  name: 'none' | 'fast' | 'go' | 'shipped';
  envoy: PinnedService;
  control: { authz: PinnedService; ratelimit: PinnedService } | undefined;
}

/** `load`: the process that sends, which is no part of the total. */
type CpuOf = 'envoy' | 'authz' | 'ratelimit' | 'redis' | 'load';
type Round = Record<CpuOf, number> & { totalCpu: number; p50Ms: number; p99Ms: number; perSecond: number };

const IN_FLIGHT = 64;
const REQUESTS = 10_000;
/** Until V8 has compiled what it will: after half as many the rate limit service takes up to twice of what it takes then. */
const WARM_UP_REQUESTS = 60_000;

/**
 * Whole requests (GET with a token, HTTP/1.1, 64 connections) through one Envoy thread: with no filters, with both calls
 * to Gatehouse, and with both to the Go pair; the same few lines of Envoy configuration for both. Beside them with the
 * configuration that Gatehouse ships, its logs and metrics included. Envoy and the services share one core; Redis, the upstream and what sends
 * have the other.
 */
export async function benchEndToEnd({ dir, rounds, figures, closers }: Bench): Promise<void> {
  const signer = rsaSigner('bench');
  const jwksFile = join(dir, 'end-to-end-jwks.json');
  await writeFile(jwksFile, JSON.stringify({ keys: [signer.jwk] }));
  const issuer = { issuer: ISSUER, audiences: ['gatehouse'], algorithms: ['RS256'], jwksFile };
  const redis = await startTestRedis({ appendOnly: false });
  closers.push(redis.close);
  const started = async <Service extends { close(): Promise<void> }>(service: Promise<Service>) => {
    closers.push((await service).close);
    return service;
  };

  const upstream = await started(startEnvoy(1, upstreamConfig));
  const portsOf = ({ authz, ratelimit }: NonNullable<Gateway['control']>) => ({
    ...{ authzPort: authz.port, ratelimitPort: ratelimit.port },
  });
  const gateway = async (name: Gateway['name'], control: Gateway['control']): Promise<Gateway> => {
    const plane = control && { ...portsOf(control), domain: DOMAIN };
    const envoy = await started(startEnvoy(0, (port) => proxyConfig(port, upstream.port, plane)));
    return { name, control, envoy };
  };
  const ours = {
    authz: await started(startAuthz('fast', { redis, transport: 'fast', issuer, inspection: false })),
    ratelimit: await started(startGatehouse(redis, RULES, 'fast')),
  };
  const certificate = await started(makeTestCertificate());
  const behindShipped = { ...ours, ratelimit: await started(startGatehouse(redis, SHIPPED_RULES, 'fast')) };
  const shippedPorts = { ...portsOf(behindShipped), upstreamPort: upstream.port };
  const shipped: Gateway = {
    name: 'shipped',
    control: behindShipped,
    envoy: await started(startEnvoy(0, (port) => shippedConfig(port, shippedPorts, certificate, dir))),
  };
  const gateways = [await gateway('none', undefined), await gateway('fast', ours), shipped];
  const [goAuthz, goRatelimit] = [await startGoAuthorizer(jwksFile), await startEnvoyproxy(redis, RULES)];
  for (const peer of [goAuthz, goRatelimit]) {
    if ('missing' in peer) note(`the Go pair is not measured: ${peer.missing}`);
    else closers.push(peer.close);
  }
  if (!('missing' in goAuthz) && !('missing' in goRatelimit)) {
    gateways.push(await gateway('go', { authz: goAuthz, ratelimit: goRatelimit }));
  }

  const sender = startHttpSender();
  closers.push(sender.close);
  const token = signToken(signer, claimsOf(ISSUER, {}));
  const job: Omit<HttpJob, 'port' | 'requests'> = {
    method: 'GET',
    pathPrefix: '/claude/status/',
    headers: { host: 'gatehouse.example', accept: '*/*', authorization: `Bearer ${token}` },
    inFlight: IN_FLIGHT,
  };
  for (const { envoy } of gateways)
    await sender.send({ ...job, port: envoy.port, requests: WARM_UP_REQUESTS });

  const measured = new Map(gateways.map(({ name }): [Gateway['name'], Round[]] => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const each of round % 2 === 0 ? gateways : gateways.toReversed()) {
      const pids = {
        envoy: each.envoy.pid,
        authz: each.control?.authz.pid,
        ratelimit: each.control?.ratelimit.pid,
        redis: each.control && redis.pid(),
        load: sender.pid,
      };
      measured
        .get(each.name)
        ?.push(await measure(pids, () => sender.send({ ...job, port: each.envoy.port, requests: REQUESTS })));
    }
  }
  for (const [name, all] of measured) {
    const of = (figure: keyof Round) => rounded(median(all.map((round) => round[figure])));
    const parts = { envoy: of('envoy'), authz: of('authz'), ratelimit: of('ratelimit'), redis: of('redis') };
    const cpuOf = { ...parts, load: of('load') };
    for (const [process, cpu] of Object.entries(cpuOf)) figures[`endToEnd.${name}.${process}Cpu`] = cpu;
    for (const figure of ['totalCpu', 'p50Ms', 'p99Ms', 'perSecond'] as const) {
      figures[`endToEnd.${name}.${figure}`] = of(figure);
    }
    note(
      `end to end   ${name.padEnd(7)} ${of('totalCpu')} CPU-s per 100,000 (${Object.entries(parts)
        .map(([process, cpu]) => `${process} ${cpu}`)
        .join(', ')}), p50 ${of('p50Ms')} ms, p99 ${of('p99Ms')} ms, ${of('perSecond')}/s,` +
        ` sending took ${of('load')}`,
    );
  }
  figures['endToEnd.authzRssMb'] = rssMb(ours.authz.pid);
  figures['endToEnd.ratelimitRssMb'] = rssMb(ours.ratelimit.pid);
  const total = (name: Gateway['name']) => Number(figures[`endToEnd.${name}.totalCpu`]);
  if (measured.has('go')) figures['endToEnd.vsGo'] = rounded(total('fast') / total('go'));
}

async function measure(
  pids: Record<CpuOf, number | undefined>,
  send: () => Promise<HttpResult>,
): Promise<Round> {
  const look = () =>
    Object.entries(pids).map(
      ([name, pid]) => [name, pid === undefined ? 0 : processCpuSeconds(pid)] as const,
    );
  const before = new Map(look());
  const { seconds, p50Ms, p99Ms } = await send();
  const per100k = 1e5 / REQUESTS;
  const cpu = Object.fromEntries(
    look().map(([name, after]) => [name, (after - (before.get(name) ?? 0)) * per100k]),
  ) as Record<CpuOf, number>;
  const totalCpu = cpu.envoy + cpu.authz + cpu.ratelimit + cpu.redis;
  return { ...cpu, totalCpu, p50Ms, p99Ms, perSecond: REQUESTS / seconds };
}

/** The real Envoy with one worker thread. @param core the one that it has */
async function startEnvoy(
  core: number,
  configOf: (port: number) => string | Promise<string>,
): Promise<PinnedService> {
  const program = findTool('envoy');
  if (program === undefined) throw new Error('Envoy is not installed: npm run setup');
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-envoy-'));
  const port = await freePort();
  const configFile = join(dir, 'envoy.yaml');
  await writeFile(configFile, await configOf(port));
  const args = [
    '--config-path',
    configFile,
    '--concurrency',
    '1',
    '--disable-hot-restart',
    // As `gatehouse up` has it.
    '--file-flush-interval-msec',
    '1000',
    '--log-level',
    'error',
  ];
  return startPinned('envoy', program, args, { env: {}, port, dir, core });
}

function startHttpSender() {
  const program = fileURLToPath(new URL('../load/http-load.ts', import.meta.url));
  const child = spawn('taskset', ['-c', '1', process.execPath, program], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  return {
    pid: child.pid,
    async send(job: HttpJob): Promise<HttpResult> {
      child.send(job);
      const [result] = (await Promise.race([once(child, 'message'), exited])) as [HttpResult | number];
      if (typeof result !== 'object' || result === null) throw new Error('the process that sends has ended');
      if (result.bad > 0)
        throw new Error(`${result.bad} of ${job.requests} requests were not answered with 200`);
      return result;
    },
    async close() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
