import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configShape, loadConfig, type Shape } from '../../config/index.ts';
import { ratelimitEnvironment } from './environment.ts';
import { settingsReference } from './reference.ts';
import { SETTINGS } from './table.ts';

/** What the service would see with an environment, and nothing else. */
function configOf(env: Record<string, string>, set: string[] = [], file?: string) {
  const environment = ratelimitEnvironment(env);
  return loadConfig({ ported: environment?.ported, set, file, env, dataDir: '/data', cwd: '/' });
}

function problemsOf(env: Record<string, string>): string[] {
  try {
    configOf(env);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n');
  }
}

const MARK = { CONFIG_TYPE: 'FILE' };

describe('the table of settings', () => {
  it('has each of the 114 once', () => {
    expect(SETTINGS).toHaveLength(114);
    expect(new Set(SETTINGS.map(({ name }) => name)).size).toBe(114);
  });

  it('is the one in docs/ratelimit-settings.md (scripts/node scripts/reference.ts writes it)', () => {
    const page = readFileSync(new URL('../../../docs/ratelimit-settings.md', import.meta.url), 'utf8');
    expect(page).toBe(settingsReference());
  });

  it('names values that the configuration has', () => {
    const exists = (path: string) =>
      path.split('.').reduce<Shape | undefined>((shape, key) => shape?.properties?.[key], configShape) !==
      undefined;
    const wrong = SETTINGS.filter(({ fate, by }) => fate === 'honoured' && !exists(by)).map(
      ({ name }) => name,
    );
    expect(wrong).toEqual([]);
  });
});

describe('an environment of envoyproxy/ratelimit', () => {
  it('is known by a name that nothing else has', () => {
    const others = { PORT: '3000', HOST: 'here', LOG_LEVEL: 'loud', SHADOW_MODE: 'true', REDIS_URL: 'x:1' };
    expect(ratelimitEnvironment(others)).toBeUndefined();
    expect(ratelimitEnvironment({ ...others, CONFIG_TYPE: '' })).toBeUndefined();
    for (const name of [
      'RUNTIME_ROOT',
      'RUNTIME_SUBDIRECTORY',
      'CONFIG_GRPC_XDS_NODE_ID',
      'REDIS_SOCKET_TYPE',
    ]) {
      expect(ratelimitEnvironment({ [name]: 'tcp' })).toBeDefined();
    }
  });

  it('makes the service listen on all addresses, unless it or the file says otherwise', () => {
    expect(configOf(MARK).listen).toMatchObject({
      ratelimit: { host: '0.0.0.0', port: 8081 },
      ratelimitHttp: { host: '0.0.0.0', port: 8080 },
    });
    expect(configOf({ ...MARK, GRPC_PORT: '9', HOST: '::1' }).listen).toMatchObject({
      ratelimit: { host: '0.0.0.0', port: 9 },
      ratelimitHttp: { host: '::1', port: 8080 },
    });
    expect(configOf(MARK, ['listen.ratelimit=127.0.0.1:1']).listen.ratelimit.port).toBe(1);
    expect(loadConfig({ dataDir: '/data', cwd: '/' }).listen.ratelimit.host).toBe('127.0.0.1');
  });

  it('names the folder of rule files', () => {
    const filesOf = (env: Record<string, string>) => configOf(env).ratelimit.files;
    expect(filesOf({ RUNTIME_ROOT: '/data', RUNTIME_SUBDIRECTORY: 'ratelimit' })).toEqual([
      '/data/ratelimit/config',
    ]);
    expect(filesOf({ RUNTIME_SUBDIRECTORY: 'ratelimit', RUNTIME_APPDIRECTORY: 'rules' })).toEqual([
      '/srv/runtime_data/current/ratelimit/rules',
    ]);
    expect(filesOf(MARK)).toEqual(loadConfig({ dataDir: '/data', cwd: '/' }).ratelimit.files);
  });

  it.each([
    [{ REDIS_SOCKET_TYPE: 'tcp', REDIS_URL: 'redis:6379' }, { url: 'redis://redis:6379' }],
    [{ REDIS_SOCKET_TYPE: 'tcp', REDIS_URL: 'redis://redis:6379/2' }, { url: 'redis://redis:6379/2' }],
    [{ REDIS_SOCKET_TYPE: 'unix', REDIS_URL: '/run/redis.sock' }, { url: 'unix:///run/redis.sock' }],
    [
      { REDIS_SOCKET_TYPE: 'tls', REDIS_URL: 'r:1' },
      { url: 'redis://r:1', tls: { enabled: true } },
    ],
    [
      {
        REDIS_SOCKET_TYPE: 'tcp',
        REDIS_URL: 'r:1',
        REDIS_AUTH: 'me:secret',
        REDIS_TLS: 'true',
        REDIS_TLS_CACERT: '/ca.crt',
        REDIS_TLS_CLIENT_CERT: '/tls.crt',
        REDIS_TLS_CLIENT_KEY: '/tls.key',
      },
      {
        url: 'redis://r:1',
        loginVariable: 'REDIS_AUTH',
        tls: { enabled: true, caFile: '/ca.crt', certFile: '/tls.crt', keyFile: '/tls.key' },
      },
    ],
    [
      {
        REDIS_SOCKET_TYPE: 'tcp',
        REDIS_TYPE: 'SENTINEL',
        REDIS_URL: 'main,s1:1,s2:2',
        REDIS_SENTINEL_AUTH: 'secret',
      },
      {
        sentinel: {
          master: 'main',
          nodes: [
            { host: 's1', port: 1 },
            { host: 's2', port: 2 },
          ],
          loginVariable: 'REDIS_SENTINEL_AUTH',
        },
      },
    ],
    [
      { REDIS_SOCKET_TYPE: 'tcp', REDIS_TYPE: 'cluster', REDIS_URL: 'a:1, b:2' },
      {
        cluster: {
          nodes: [
            { host: 'a', port: 1 },
            { host: 'b', port: 2 },
          ],
        },
      },
    ],
  ])('names Redis: %j', (env: Record<string, string>, redis) => {
    expect(configOf(env).redis).toMatchObject(redis);
    expect(JSON.stringify(configOf(env))).not.toContain('secret');
  });

  it('sets what holds for all rules', () => {
    const { ratelimit, redis, telemetry } = configOf({
      ...MARK,
      FORCE_START_WITHOUT_INITIAL_CONFIG: 'true',
      HEALTHY_WITH_AT_LEAST_ONE_CONFIG_LOADED: 'true',
      REDIS_HEALTH_CHECK_ACTIVE_CONNECTION: '1',
      MERGE_DOMAIN_CONFIG: 'true',
      SHADOW_MODE: 'true',
      QUOTA_MODE: 't',
      RESPONSE_DYNAMIC_METADATA: 'true',
      LIMIT_RESPONSE_HEADERS_ENABLED: 'true',
      LIMIT_LIMIT_HEADER: 'X-Limit',
      LIMIT_REMAINING_HEADER: 'X-Left',
      LIMIT_RESET_HEADER: 'X-Reset',
      NEAR_LIMIT_RATIO: '0.5',
      EXPIRATION_JITTER_MAX_SECONDS: '60',
      LOCAL_CACHE_SIZE_IN_BYTES: '1048576',
      STOP_CACHE_KEY_INCREMENT_WHEN_OVERLIMIT: 'true',
      CACHE_KEY_PREFIX: 'mine_',
      LOG_LEVEL: 'WARNING',
    });
    expect(ratelimit).toMatchObject({
      startWithoutRules: true,
      health: { requireRules: true, requireStore: true },
      mergeDomains: true,
      shadowMode: true,
      quotaMode: true,
      dynamicMetadata: true,
      responseHeaders: { enabled: true, limit: 'X-Limit', remaining: 'X-Left', reset: 'X-Reset' },
      nearLimitRatio: 0.5,
      expirationJitter: { ms: 60_000 },
      localCache: { bytes: 1048576 },
      denied: 'free',
    });
    expect([redis.keyPrefix, telemetry.logs.level]).toEqual(['mine_', 'warn']);
  });

  it('sets how gRPC and metrics are served', () => {
    const { ratelimit } = configOf({
      ...MARK,
      GRPC_UDS: '/run/ratelimit.sock',
      GRPC_MAX_CONNECTION_AGE: '1h30m',
      GRPC_MAX_CONNECTION_AGE_GRACE: '10s',
      GRPC_SERVER_USE_TLS: 'true',
      GRPC_SERVER_TLS_CERT: '/certs/tls.crt',
      GRPC_SERVER_TLS_KEY: '/certs/tls.key',
      GRPC_CLIENT_TLS_CACERT: '/certs/ca.crt',
      GRPC_CLIENT_TLS_SAN: 'envoy',
      USE_PROMETHEUS: 'true',
      PROMETHEUS_ADDR: ':19001',
      PROMETHEUS_PATH: '/stats',
    });
    expect(ratelimit).toMatchObject({
      socket: '/run/ratelimit.sock',
      connections: { maxAge: { ms: 5_400_000 }, maxAgeGrace: { ms: 10_000 } },
      tls: {
        certFile: '/certs/tls.crt',
        keyFile: '/certs/tls.key',
        clientCaFile: '/certs/ca.crt',
        clientName: 'envoy',
      },
      metrics: { address: { host: '0.0.0.0', port: 19001 }, path: '/stats' },
    });
  });

  it('reads files of TLS only where TLS is switched on', () => {
    const files = {
      GRPC_SERVER_TLS_CERT: '/a',
      GRPC_SERVER_TLS_KEY: '/b',
      CONFIG_GRPC_XDS_CLIENT_TLS_CERT: '/c',
    };
    const { tls, xds } = configOf({ ...MARK, ...files }).ratelimit;
    expect([tls.certFile, xds.tls.certFile]).toEqual([undefined, undefined]);
  });

  it("sets what Envoy Gateway's deployment says of its management server", () => {
    const { ratelimit } = configOf({
      CONFIG_TYPE: 'GRPC_XDS_SOTW',
      CONFIG_GRPC_XDS_SERVER_URL: 'envoy-gateway:18001',
      CONFIG_GRPC_XDS_NODE_ID: 'envoy-ratelimit',
      CONFIG_GRPC_XDS_NODE_METADATA: 'zone=a,rack=1',
      CONFIG_GRPC_XDS_CLIENT_ADDITIONAL_HEADERS: 'Authorization:Bearer x',
      CONFIG_GRPC_XDS_CLIENT_MAX_MSG_SIZE_IN_BYTES: '26214400',
      CONFIG_GRPC_XDS_SERVER_USE_TLS: 'true',
      CONFIG_GRPC_XDS_CLIENT_TLS_CERT: '/certs/tls.crt',
      CONFIG_GRPC_XDS_CLIENT_TLS_KEY: '/certs/tls.key',
      CONFIG_GRPC_XDS_SERVER_TLS_CACERT: '/certs/ca.crt',
      CONFIG_GRPC_XDS_SERVER_TLS_SAN: 'envoy-gateway',
      XDS_CLIENT_BACKOFF_INITIAL_INTERVAL: '2s',
      XDS_CLIENT_BACKOFF_MAX_INTERVAL: '20s',
    });
    expect(ratelimit).toMatchObject({
      source: 'xds',
      xds: {
        server: { host: 'envoy-gateway', port: 18001 },
        nodeId: 'envoy-ratelimit',
        nodeMetadata: { zone: 'a', rack: '1' },
        headers: { authorization: 'Bearer x' },
        maxMessage: { bytes: 26214400 },
        retryFrom: { ms: 2000 },
        retryUpTo: { ms: 20_000 },
        tls: {
          enabled: true,
          certFile: '/certs/tls.crt',
          keyFile: '/certs/tls.key',
          caFile: '/certs/ca.crt',
          serverName: 'envoy-gateway',
        },
      },
    });
  });

  it('goes over the file, and GATEHOUSE_* and --set go over it', () => {
    const env = { ...MARK, NEAR_LIMIT_RATIO: '0.5' };
    expect(configOf({ ...env, GATEHOUSE_RATELIMIT__NEAR_LIMIT_RATIO: '0.6' }).ratelimit.nearLimitRatio).toBe(
      0.6,
    );
    expect(configOf(env, ['ratelimit.nearLimitRatio=0.7']).ratelimit.nearLimitRatio).toBe(0.7);
  });

  it('says which settings have no effect, and what there is in their place', () => {
    const environment = ratelimitEnvironment({
      ...MARK,
      USE_STATSD: 'false',
      STATSD_PORT: '8125',
      RUNTIME_WATCH_ROOT: '',
      SHADOW_MODE: 'true',
      DEBUG_PORT: '6071',
    });
    expect(environment?.disregarded).toEqual([
      { name: 'DEBUG_PORT', reason: expect.stringContaining('listen.admin') },
      { name: 'USE_STATSD', reason: expect.stringContaining('/metrics') },
    ]);
  });

  it.each([
    [{ CONFIG_TYPE: 'CONSUL' }, 'CONFIG_TYPE: expected FILE or GRPC_XDS_SOTW, got "CONSUL"'],
    [{ ...MARK, SHADOW_MODE: 'yes' }, 'SHADOW_MODE: expected true or false, got "yes"'],
    [{ ...MARK, NEAR_LIMIT_RATIO: 'much' }, 'NEAR_LIMIT_RATIO: expected a number, got "much"'],
    [
      { ...MARK, NEAR_LIMIT_RATIO: '2' },
      'NEAR_LIMIT_RATIO: ratelimit.nearLimitRatio: expected at most 1, got 2',
    ],
    [
      { ...MARK, XDS_CLIENT_BACKOFF_MAX_INTERVAL: '60' },
      'XDS_CLIENT_BACKOFF_MAX_INTERVAL: expected a duration such as 500ms, 10s or 1h30m, got "60"',
    ],
    [
      { ...MARK, BACKEND_TYPE: 'memcache' },
      'BACKEND_TYPE: expected redis: Gatehouse counts in nothing else, got "memcache"',
    ],
    [{ ...MARK, LOG_LEVEL: 'loud' }, /^LOG_LEVEL: expected one of panic, .*, got "loud"$/],
    [{ ...MARK, GRPC_PORT: 'http' }, /^GRPC_PORT: listen\.ratelimit: expected host:port/],
    [{ ...MARK, GRPC_SERVER_USE_TLS: 'true' }, /^GRPC_SERVER_USE_TLS: expected GRPC_SERVER_TLS_CERT and/],
  ])('names a setting that cannot be used: %j', (env: Record<string, string>, problem) => {
    expect(problemsOf(env)).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)]);
  });

  it('does not show a password that it cannot use', () => {
    const env = { REDIS_SOCKET_TYPE: 'tcp', REDIS_URL: 'me:secret@redis', REDIS_AUTH: 'secret' };
    expect(problemsOf(env)).toEqual([expect.stringMatching(/^REDIS_URL: expected host:port/)]);
    expect(problemsOf(env).join()).not.toContain('secret');
  });
});
