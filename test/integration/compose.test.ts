import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test as base, beforeAll, describe, expect } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';
import { type ComposeProject, type ComposeService, readComposeFile } from '../compose/project.ts';

const FILE = join(ROOT, 'docker-compose.yml');
/** Building the parser the first time, with its modules to download. */
const BUILD_TIMEOUT_MS = 300_000;

let read: Awaited<ReturnType<typeof readComposeFile>>;
beforeAll(async () => {
  read = await readComposeFile(FILE);
}, BUILD_TIMEOUT_MS);

const test = base.extend<{ project: ComposeProject }>({
  project: async ({ skip }, use) => {
    if ('missing' in read) return skip(`missing: ${read.missing}`);
    await use(read.project);
  },
});

const composeConfig = () =>
  loadConfig({ file: join(ROOT, 'deploy/compose/gatehouse.yaml'), dataDir: ROOT, cwd: ROOT });
const ONE_SHOT = 'claude-code';
const services = (project: ComposeProject) => Object.entries(project.services);
const longRunning = (project: ComposeProject) => services(project).filter(([name]) => name !== ONE_SHOT);
const namesWhere = (project: ComposeProject, holds: (service: ComposeService) => boolean) =>
  services(project)
    .filter(([, service]) => holds(service))
    .map(([name]) => name)
    .sort();

describe('docker-compose.yml', () => {
  test('has Envoy, Redis, a service a role, and Jaeger and Prometheus by profile', ({ project }) => {
    const roles = ['authz', 'ratelimit', 'api', 'admin', 'worker'];
    const others = ['envoy', 'redis', 'claude-code', 'jaeger', 'prometheus'];
    expect(Object.keys(project.services).sort()).toEqual([...roles, ...others].sort());
    expect(namesWhere(project, ({ profiles }) => profiles !== undefined)).toEqual(['jaeger', 'prometheus']);
    for (const role of roles) {
      expect(project.services[role]?.command?.slice(0, 2)).toEqual(['serve', role]);
    }
  });

  test('pins every image to an exact version', ({ project }) => {
    for (const [name, { image }] of services(project)) {
      expect(image, name).toMatch(/^[a-z/]+:[a-z-]*v?\d+\.\d+\.\d+(-[a-z]+)?$/);
    }
  });

  test('gives every long-running service a health check, but for the distroless Envoy', ({ project }) => {
    const without = longRunning(project).filter(([, { healthcheck }]) => healthcheck === undefined);
    expect(without.map(([name, { image }]) => [name, image.includes(':distroless-')])).toEqual([
      ['envoy', true],
    ]);
  });

  test('starts a service only when those that it needs are well', ({ project }) => {
    const needs = Object.fromEntries(
      services(project).map(([name, { depends_on = {} }]) => [
        name,
        Object.entries(depends_on).map(([other, { condition }]) => `${other}: ${condition}`),
      ]),
    );
    const redis = 'redis: service_healthy';
    expect(needs).toMatchObject({ authz: [redis], ratelimit: [redis], api: [redis], admin: [redis] });
    expect(needs.envoy).toEqual(['api', 'authz', 'ratelimit'].map((role) => `${role}: service_healthy`));
    expect(needs.worker).toEqual(['claude-code: service_completed_successfully', redis]);
  });

  test('restarts what runs for long, and bounds memory, processes and logs of everything', ({ project }) => {
    for (const [name, service] of longRunning(project)) expect(service.restart, name).toBe('unless-stopped');
    expect(project.services[ONE_SHOT]?.restart).toBe('no');
    for (const [name, { mem_limit, pids_limit, logging }] of services(project)) {
      expect(Number(mem_limit), name).toBeGreaterThan(0);
      expect(pids_limit, name).toBeGreaterThan(0);
      expect(logging?.options, name).toHaveProperty('max-size');
    }
  });

  test('runs everything as a user without privileges on a read-only file system', ({ project }) => {
    for (const [name, service] of services(project)) {
      expect(service.user, name).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      expect(service.read_only, name).toBe(true);
      expect(service.cap_drop, name).toEqual(['ALL']);
      expect(service.security_opt, name).toContain('no-new-privileges:true');
      for (const loosened of ['cap_add', 'privileged', 'network_mode'])
        expect(service, name).not.toHaveProperty(loosened);
    }
  });

  test('loosens the confinement of the worker alone, for bubblewrap', ({ project }) => {
    const options = services(project).filter(([, { security_opt }]) => security_opt?.length !== 1);
    expect(options.map(([name, { security_opt }]) => [name, security_opt])).toEqual([
      [
        'worker',
        [
          'no-new-privileges:true',
          'seccomp=deploy/compose/seccomp-worker.json',
          'apparmor=unconfined',
          'systempaths=unconfined',
        ],
      ],
    ]);
    expect(existsSync(join(ROOT, 'deploy/compose/seccomp-worker.json'))).toBe(true);
  });

  test('publishes ports on loopback alone', ({ project }) => {
    const published = services(project).flatMap(([name, { ports = [] }]) =>
      ports.map(({ host_ip, published: port }) => `${name} ${host_ip}:${port}`),
    );
    expect(published.sort()).toEqual([
      'admin 127.0.0.1:9900',
      'envoy 127.0.0.1:8443',
      'jaeger 127.0.0.1:16686',
      'prometheus 127.0.0.1:9090',
    ]);
  });

  test('opens Envoy, and nothing else, to other machines when asked to', async ({ project }) => {
    const opened = await readComposeFile(FILE, { LISTEN_ADDRESS: '0.0.0.0' });
    if ('missing' in opened) throw new Error(opened.missing);
    const ports = (from: ComposeProject, name: string) => from.services[name]?.ports;
    expect(ports(opened.project, 'envoy')?.[0]?.host_ip).toBe('0.0.0.0');
    for (const name of ['admin', 'jaeger', 'prometheus'])
      expect(ports(opened.project, name)).toEqual(ports(project, name));
  });

  test('lets only the worker and the installer of Claude Code out of the host', ({ project }) => {
    const { control, store, traces, edge, operators, observability, ...others } = project.networks;
    expect(Object.keys(others)).toEqual(['egress']);
    expect([control?.internal, store?.internal, traces?.internal]).toEqual([true, true, true]);
    for (const network of [edge, operators, observability]) {
      expect(network?.driver_opts).toEqual({ 'com.docker.network.bridge.enable_ip_masquerade': 'false' });
    }
    const on = (network: string) => namesWhere(project, ({ networks }) => network in networks);
    expect(on('egress')).toEqual(['claude-code', 'worker']);
    expect(on('edge')).toEqual(['envoy']);
    expect(on('operators')).toEqual(['admin']);
    expect(on('control')).toEqual(['admin', 'api', 'authz', 'envoy', 'ratelimit']);
    expect(on('store')).toEqual(['admin', 'api', 'authz', 'ratelimit', 'redis', 'worker']);
    expect(on('observability')).toEqual(['admin', 'jaeger', 'prometheus']);
  });

  test('has every part that tells spans reach Jaeger, and nobody else', ({ project }) => {
    const { hostname, port } = new URL(composeConfig().telemetry.traces.endpoint ?? '');
    expect([hostname, port]).toEqual(['jaeger', '4317']);
    const reached = namesWhere(project, ({ networks }) => 'traces' in networks);
    expect(reached).toEqual(['api', 'authz', 'envoy', 'jaeger', 'ratelimit', 'worker']);
  });

  test('keeps secrets in files, and out of the environment', ({ project }) => {
    for (const [name, { file, environment }] of Object.entries(project.secrets)) {
      expect(environment, name).toBeUndefined();
      expect(file).toBe(join(ROOT, 'deploy/compose/secrets', name));
    }
    const variables = services(project).flatMap(([, { environment = {} }]) => Object.keys(environment));
    expect(variables.sort()).toEqual(['ACCEPT_ANTHROPIC_TERMS', 'GATEHOUSE_MODEL__PROVIDER']);
  });

  test('gives each service the secrets that it reads and no other', ({ project }) => {
    const granted = Object.fromEntries(
      services(project).map(([name, { secrets = [] }]) => [name, secrets.map(({ target }) => target).sort()]),
    );
    const config = composeConfig();
    const hashKey = config.identity.apiKeys.hashKeyFile;
    const assertionKey = config.identity.assertion.keyFile;
    const { passwordFile } = config.redis;
    const metricsToken = config.admin.tokens[0]?.file;
    expect(granted).toEqual({
      authz: [assertionKey, hashKey, passwordFile],
      api: [assertionKey, passwordFile],
      ratelimit: [passwordFile],
      admin: [config.admin.tokenFile, hashKey, metricsToken, passwordFile],
      worker: [config.model.apiKeyFile, passwordFile],
      redis: [passwordFile],
      envoy: [config.envoy.tls.certFile, config.envoy.tls.keyFile],
      'claude-code': [],
      jaeger: [],
      prometheus: [metricsToken],
    });
  });

  test('installs Claude Code only on a yes, into a volume that the worker can only read', ({ project }) => {
    expect(project.services[ONE_SHOT]?.environment).toEqual({ ACCEPT_ANTHROPIC_TERMS: 'no' });
    const mounts = services(project).flatMap(([name, { volumes = [] }]) =>
      volumes
        .filter(({ source }) => source === 'claude-code')
        .map(({ target, read_only = false }) => ({ name, target, read_only })),
    );
    expect(mounts).toEqual([
      { name: 'claude-code', target: '/app/.tools/claude-code', read_only: false },
      { name: 'worker', target: '/app/.tools/claude-code', read_only: true },
    ]);
  });

  test('mounts nothing of the host but configuration files that are here', ({ project }) => {
    const volumes = services(project).flatMap(([, service]) => service.volumes ?? []);
    expect(volumes.filter(({ type }) => type !== 'volume')).toEqual([]);
    for (const [name, { file = '' }] of Object.entries(project.configs)) {
      expect(
        ['deploy/compose', 'deploy/prometheus'].map((folder) => join(ROOT, folder)),
        name,
      ).toContain(dirname(file));
      expect(existsSync(file), basename(file)).toBe(true);
    }
  });

  test('is described in docs/docker.md: every service, every variable', ({ project }) => {
    const docs = readFileSync(join(ROOT, 'docs/docker.md'), 'utf8');
    const variables = [...readFileSync(FILE, 'utf8').matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name);
    const documented = [...docs.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
    expect(documented.sort()).toEqual([...new Set(variables)].sort());

    const rows = docs
      .slice(docs.indexOf('## What runs'), docs.indexOf('## Secrets'))
      .matchAll(/^\| ([a-z, -]+) \|/gm);
    const described = [...rows]
      .flatMap(([, names = '']) => names.split(', '))
      .filter((name) => name !== 'service');
    expect(described.sort()).toEqual(Object.keys(project.services).sort());
    const named = [...docs.matchAll(/docker compose (?:exec|logs(?: --follow)?) ([a-z-]+)/g)].map(
      ([, name]) => name,
    );
    for (const name of named) expect(project.services).toHaveProperty([name as string]);
  });
});
