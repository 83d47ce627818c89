import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from './issue.ts';
import { loadConfig } from './load.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-config-'));

function load(yaml: string, set: string[] = [], env: NodeJS.ProcessEnv = {}) {
  const file = join(folder, 'gatehouse.yaml');
  writeFileSync(file, yaml);
  return loadConfig({ file, set, env, dataDir: join(folder, 'data'), cwd: '/somewhere' });
}

function issuesOf(yaml: string, set: string[] = [], env: NodeJS.ProcessEnv = {}) {
  try {
    load(yaml, set, env);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.issues.map(({ where, ...rest }) => ({ ...rest, where: where.replace(`${folder}/`, '') }));
    throw error;
  }
  return [];
}

describe('a configuration file', () => {
  it('may be empty: every value has a default', () => {
    const config = load('');
    expect(config.listen.envoyHttp).toEqual({ host: '127.0.0.1', port: 8080 });
    expect(config.jobs.backoff).toEqual({ ms: 5000 });
    expect(config.envoy.maxBody).toEqual({ bytes: 10 * 2 ** 20 });
    expect(Object.keys(config.tiers)).toEqual(['free', 'standard', 'pro', 'team', 'enterprise']);
  });

  it('may have a section whose lines are all commented out', () => {
    expect(load('redis:\n  # url: redis://127.0.0.1\n').redis.keyPrefix).toBe('gatehouse');
  });

  it('gives durations, sizes and addresses with their units', () => {
    const config = load('jobs: {timeout: 1.5m}\nenvoy: {maxBody: 64KiB}\nlisten: {api: "[::1]:0"}\n');
    expect(config.jobs.timeout).toEqual({ ms: 90_000 });
    expect(config.envoy.maxBody).toEqual({ bytes: 65_536 });
    expect(config.listen.api).toEqual({ host: '::1', port: 0 });
  });

  it('resolves its paths from its own folder, and those of --set from the working directory', () => {
    const config = load('identity: {assertion: {keyFile: a.key}}\n', ['identity.apiKeys.hashKeyFile=h.key']);
    expect(config.identity.assertion.keyFile).toBe(join(folder, 'a.key'));
    expect(config.identity.apiKeys.hashKeyFile).toBe('/somewhere/h.key');
  });

  it('refuses an unknown key with its place and the nearest valid one', () => {
    expect(issuesOf('listen:\n  envoyHtp: 127.0.0.1:1\n')).toEqual([
      {
        where: 'gatehouse.yaml:2:3',
        path: 'listen.envoyHtp',
        message: 'unknown key; did you mean "envoyHttp"?',
      },
    ]);
  });

  it('refuses an unknown section that resembles nothing without a guess', () => {
    expect(issuesOf('wonderful: 1\n')).toEqual([
      { where: 'gatehouse.yaml:1:1', path: 'wonderful', message: 'unknown key' },
    ]);
  });

  it('refuses a value of the wrong type', () => {
    expect(issuesOf('pool:\n  workers: many\n')).toEqual([
      { where: 'gatehouse.yaml:2:3', path: 'pool.workers', message: 'expected a number, got "many"' },
    ]);
  });

  it('refuses a section that is not a section', () => {
    expect(issuesOf('pool: 3\n')[0]).toMatchObject({
      path: 'pool',
      message: 'expected keys and values, got 3',
    });
  });

  it('refuses a bad duration and says what one looks like', () => {
    expect(issuesOf('jobs:\n  timeout: 5 minutes\n')).toEqual([
      {
        where: 'gatehouse.yaml:2:3',
        path: 'jobs.timeout',
        message: 'expected a duration such as 500ms, 30s, 5m or 24h, got "5 minutes"',
      },
    ]);
  });

  it('refuses a usual time for jobs that is over the most', () => {
    expect(issuesOf('jobs:\n  timeout: 20m\n')).toMatchObject([
      {
        where: 'gatehouse.yaml:2:3',
        path: 'jobs.timeout',
        message: expect.stringContaining('at most jobs.maxTimeout'),
      },
    ]);
  });

  it('refuses a body size that Envoy could not hold', () => {
    expect(issuesOf('envoy: {maxBody: 100GiB}\n')[0]?.message).toContain('expected 1KiB to 1GiB');
  });

  it('refuses an address of Redis that is none', () => {
    expect(issuesOf('redis: {url: "redis://127.0.0.1:port"}\n')[0]?.message).toContain(
      'expected an address such as',
    );
  });

  it('takes Redis Cluster or Sentinel in place of a url, and one of its own for rate limits', () => {
    const { redis, ratelimit } = load(
      'redis: {sentinel: {master: main, nodes: ["a:26379"]}}\nratelimit: {redis: {cluster: {nodes: ["[::1]:7000"]}}}\n',
    );
    expect(redis.sentinel).toEqual({ master: 'main', nodes: [{ host: 'a', port: 26_379 }] });
    expect(ratelimit.redis?.cluster).toEqual({ nodes: [{ host: '::1', port: 7000 }] });
  });

  it('refuses a Redis that is in several places, or in none', () => {
    expect(issuesOf('redis:\n  url: redis://a\n  cluster: {nodes: ["a:1"]}\n')).toEqual([
      {
        where: 'gatehouse.yaml:3:3',
        path: 'redis.cluster',
        message: expect.stringContaining('expected only one of url, sentinel and cluster'),
      },
    ]);
    expect(issuesOf('ratelimit:\n  redis: {username: a}\n')).toMatchObject([
      {
        path: 'ratelimit.redis',
        message: expect.stringContaining('expected one of url, sentinel and cluster'),
      },
    ]);
  });

  it("refuses TLS files for Redis without TLS, and half of a client's certificate", () => {
    expect(issuesOf('redis: {tls: {caFile: a.pem}}\n')).toMatchObject([
      { path: 'redis.tls', message: expect.stringContaining('expected enabled: true') },
    ]);
    expect(issuesOf('redis: {tls: {enabled: true, certFile: a.pem}}\n')).toMatchObject([
      { path: 'redis.tls', message: expect.stringContaining('expected certFile and keyFile together') },
    ]);
  });

  it('refuses a route for anonymous callers while they are not let in, and a tier of theirs that there is not', () => {
    expect(issuesOf('routes: {read: {anonymous: true}}\n')).toMatchObject([
      {
        path: 'routes.read.anonymous',
        message: 'expected false unless identity.anonymous.enabled is true, got true',
      },
    ]);
    expect(issuesOf('identity: {anonymous: {enabled: true, tier: gold}}\n')).toMatchObject([
      {
        path: 'identity.anonymous.tier',
        message: 'expected one of the tiers free, standard, pro, team, enterprise, got "gold"',
      },
    ]);
  });

  it('refuses a share of the queue for a tier that there is not, and keeps those that ship', () => {
    expect(issuesOf('jobs: {tiers: {gold: {headStart: 5s}}}\n')).toMatchObject([
      { path: 'jobs.tiers.gold', message: expect.stringContaining('expected one of the tiers free') },
    ]);
    expect(issuesOf('tiers: {gold: {}}\n')).toEqual([]);
  });

  it('refuses a prefix of keys with braces, and no tiers at all', () => {
    expect(issuesOf('redis: {keyPrefix: "a{}"}\ntiers: {}\n').map(({ path }) => path)).toEqual([
      'redis.keyPrefix',
      'tiers',
    ]);
  });

  it('says that a value which it needs is not given', () => {
    expect(issuesOf('model: {providers: [{name: a}]}\n')).toMatchObject([
      {
        path: 'model.providers.0.baseUrl',
        message: 'expected an http:// or https:// address, and it is not given',
      },
    ]);
  });

  it.each([
    'jobs.timeout',
    'jobs.maxTimeout',
    'jobs.retention',
    'pool.limits.firstEvent',
    'pool.limits.silence',
  ])('refuses 0s for %s, with which no job could end well', (path) => {
    expect(issuesOf('', [`${path}=0s`])).toContainEqual({
      where: `--set ${path}`,
      path,
      message: 'expected more than 0s, got "0s"',
    });
  });

  it.each([
    ['envoy.authzTimeout=0s', 'expected more than 0s, got "0s"'],
    ['model.requestTimeout=0s', 'expected more than 0s, got "0s"'],
    ['ratelimit.xds.retryFrom=0s', 'expected more than 0s, got "0s"'],
    ['model.maxRequestSize=0B', 'expected more than 0B, got "0B"'],
    ['pool.limits.output=0B', 'expected more than 0B, got "0B"'],
    ['identity.assertion.ttl=0s', 'expected 1s to 10m, got "0s"'],
    ['identity.assertion.ttl=1h', 'expected 1s to 10m, got "1h"'],
    ['jobs.artifacts.maxFile=1GiB', 'expected at most jobs.artifacts.maxPerJob, got "1GiB"'],
    ['jobs.artifacts.maxPerJob=11GiB', 'expected at most jobs.artifacts.maxTotal, got "11GiB"'],
    ['envoy.upstreams.apiBackups=["a:1", "a:1"]', 'expected each host once, got ["a:1","a:1"]'],
  ])('refuses %s, which could serve nobody', (setting, message) => {
    expect(issuesOf('', [setting]).map((issue) => issue.message)).toContain(message);
  });

  it('says of a bound that it is not among what may be', () => {
    const { message } = issuesOf('budgets: {tiers: {free: {day: 0}}}\n')[0] ?? {};
    expect(message).toBe('expected more than 0, got 0');
  });

  it('refuses an address of Redis without a host', () => {
    for (const url of ['redis://', 'rediss:///0', 'unix://']) {
      expect(issuesOf('', [`redis.url=${url}`])[0]?.message).toContain(
        'expected an address such as redis://',
      );
    }
  });

  it('refuses a duration that is only a number', () => {
    expect(issuesOf('jobs: {timeout: 300}\n')[0]?.message).toContain('expected a duration such as');
  });

  it.each([
    ['redis.url', 'redis:\n  url: reddis://:hunter2@host\n', []],
    ['redis.url', '', ['redis.url=reddis://:hunter2@host']],
    ['redis', 'redis:\n  url:redis://:hunter2@host\n', []],
    ['redis.url', 'redis:\n  url: [redis://:hunter2@host]\n', []],
    ['model.baseUrl', 'model:\n  baseUrl: ftp://service-a:hunter2@host\n', []],
    ['ratelimit.redis.url', 'ratelimit:\n  redis: {url: "reddis://:hunter2@host"}\n', []],
    [
      'model.providers.0.baseUrl',
      'model:\n  providers: [{name: a, baseUrl: "ftp://service-a:hunter2@host"}]\n',
      [],
    ],
    [
      'model.providers',
      `model: {providers: [${Array(2).fill('{name: a, baseUrl: "https://service-a:hunter2@host"}').join()}]}\n`,
      [],
    ],
    [
      'identity.oidc.issuer',
      `identity:
  oidc: {issuer: "https://service-a:hunter2@host", clientId: a, clientSecretFile: s, emailDomains: [example.org],
    publicUrl: "https://gatehouse.example.org"}
`,
      [],
    ],
    ['', '', ['redis.url:redis://:hunter2@host']],
  ])('never repeats an address, which may hold a password (%s: %j %j)', (path, yaml, set) => {
    const issues = issuesOf(yaml, set);
    expect(issues).toEqual([expect.objectContaining({ path })]);
    expect(JSON.stringify(issues)).not.toContain('hunter2');
  });

  it('refuses a port that does not exist', () => {
    expect(issuesOf('listen: {api: "127.0.0.1:70000"}\n')[0]?.message).toContain('expected host:port');
  });

  it('refuses text that is not YAML, with line and column', () => {
    expect(issuesOf('jobs: {timeout\n')[0]?.where).toMatch(/^gatehouse\.yaml:\d+:\d+$/);
  });

  it('refuses the same key twice', () => {
    expect(issuesOf('jobs: {}\njobs: {}\n')[0]?.message).toContain('unique');
  });

  it('refuses a list where keys are meant', () => {
    expect(issuesOf('- a\n')[0]?.message).toBe('expected keys and values');
  });

  it('lists everything that is wrong at once', () => {
    expect(issuesOf('pool: {workers: 0}\njobs: {attempts: 99}\n').map(({ message }) => message)).toEqual([
      'expected at most 10, got 99',
      'expected at least 1, got 0',
    ]);
  });

  it('that does not exist is said by name', () => {
    expect(() => loadConfig({ file: '/nowhere/g.yaml', dataDir: folder, cwd: folder })).toThrow(
      '/nowhere/g.yaml: there is no such file',
    );
  });

  it('needs certificate and key together', () => {
    expect(issuesOf('envoy: {tls: {certFile: a.pem}}\n')[0]?.message).toContain(
      'certFile and keyFile together',
    );
  });
});

describe('an override', () => {
  it('of --set goes over the environment, which goes over the file', () => {
    const env = { GATEHOUSE_POOL__WORKERS: '3', GATEHOUSE_JOBS__ATTEMPTS: '4' };
    const config = load('pool: {workers: 2}\njobs: {attempts: 1}\n', ['pool.workers=5'], env);
    expect(config.pool.workers).toBe(5);
    expect(config.jobs.attempts).toBe(4);
  });

  it('from the environment spells camelCase with underscores', () => {
    const config = load('', [], { GATEHOUSE_LISTEN__ENVOY_HTTP: '127.0.0.1:0' });
    expect(config.listen.envoyHttp.port).toBe(0);
  });

  it('that is text stays text', () => {
    expect(load('', ['model.name=12']).model.name).toBe('12');
  });

  it('with an unknown key names the nearest valid one', () => {
    expect(issuesOf('', ['jobs.retentoin=1h'])).toEqual([
      {
        where: '--set jobs.retentoin',
        path: 'jobs.retentoin',
        message: 'unknown key "retentoin"; did you mean "jobs.retention"?',
      },
    ]);
  });

  it('from the environment with an unknown key is an error too', () => {
    expect(issuesOf('', [], { GATEHOUSE_JOBS__TIMEOT: '1s' })[0]).toMatchObject({
      where: 'GATEHOUSE_JOBS__TIMEOT',
      message: 'unknown key "timeot"; did you mean "jobs.timeout"?',
    });
  });

  it("from the environment is not what the documents call a caller's key", () => {
    expect(load('', [], { GATEHOUSE_KEY: 'gatehouse_abc' })).toEqual(load(''));
  });

  it('without a value says how one is written', () => {
    expect(issuesOf('', ['jobs.timeout'])[0]?.message).toBe('expected a.b.c=value');
  });

  it('with a wrong value is named as the place of the mistake', () => {
    expect(issuesOf('pool: {workers: 2}\n', ['pool.workers=none'])[0]?.where).toBe('--set pool.workers');
  });
});
