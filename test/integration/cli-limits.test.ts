import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type CommandResult, gatehouse } from '../support/installation.ts';
import { type LimitOperations, startLimitOperations } from '../support/limit-operations.ts';
import { descriptor, type TestRatelimit } from '../support/ratelimit.ts';
import { until } from '../support/until.ts';

const RULES = `
domain: shop
gatehouse: { denied: free }
descriptors:
  - key: tier
    value: pro
    descriptors:
      - key: client
        rate_limits:
          - { name: pro-minute, window: 5m, requests_per_unit: 3 }
          - { name: pro-day, unit: day, requests_per_unit: 100 }
  - { key: tier, value: free, descriptors: [{ key: client, rate_limit: { unlimited: true } }] }
`;

let up: LimitOperations;
let service: TestRatelimit;
beforeAll(async () => {
  up = await startLimitOperations(RULES, 1);
  service = up.services[0] as TestRatelimit;
});
afterAll(() => up?.close());

let client: string;
let clients = 0;
beforeEach(() => {
  clients += 1;
  client = `service-${clients}`;
});

/** A command against the installation under test. */
const limits = (command: string, ...args: string[]): Promise<CommandResult> =>
  gatehouse(['limits', command, ...args, ...installation()]);
const installation = () => [
  ...['--set', `redis.url=${up.server.address.url}`],
  ...['--set', `ratelimit.files=["${up.rules.path}"]`],
];
const send = async (hits = 1) =>
  (
    await service.check({
      domain: 'shop',
      descriptors: [descriptor({ tier: 'pro', client }, { hitsAddend: { value: hits } })],
    })
  ).overallCode;
const json = ({ code, stdout, stderr }: CommandResult) => {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
};

describe('limits check', () => {
  it('says what can be used', async () => {
    const { code, stdout } = await limits('check');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '1 file can be used: shop (2 limits).\n' });
    expect(json(await limits('check', '--json'))).toEqual({
      ok: true,
      files: [up.rules.path],
      domains: [{ domain: 'shop', limits: 2 }],
      problems: [],
      warnings: [],
    });
  });

  it('names every mistake with file, line and column, and exits with 1', async () => {
    const bad = join(dirname(up.rules.path), 'bad.yaml');
    await writeFile(
      bad,
      'domain: a\ndescriptors:\n  - key: k\n    rate_limit: { unit: hours, requests_per_unit: -1 }\n',
    );
    const { code, stdout, stderr } = await gatehouse(['limits', 'check', bad]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`${bad}:4:25: descriptors[0].rate_limit.unit: `);
    expect(stderr).toContain('did you mean "hour"?');
    expect(stderr).toContain('The rules cannot be used: 2 mistakes.');
    const asJson = await gatehouse(['limits', 'check', bad, '--json']);
    expect(asJson.code).toBe(1);
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      ok: false,
      problems: [
        { file: bad, line: 4, code: 'invalid_unit' },
        { file: bad, line: 4, code: 'invalid_count' },
      ],
    });
  });

  it('of a file that is not there says so', async () => {
    const { code, stderr } = await gatehouse(['limits', 'check', '/nowhere.yaml']);
    expect(code).toBe(1);
    expect(stderr).toContain('/nowhere.yaml: there is no such file');
  });

  it('reads files as the configuration has them read, such as several of one domain', async () => {
    const folder = dirname(up.rules.path);
    const files = ['k', 'l'].map((key) => join(folder, `part-${key}.yaml`));
    for (const [index, file] of files.entries()) {
      await writeFile(
        file,
        `domain: parts\ndescriptors: [{ key: k${index}, rate_limit: { unlimited: true } }]\n`,
      );
    }
    expect((await gatehouse(['limits', 'check', ...files])).code).toBe(1);
    const merged = await gatehouse(['limits', 'check', ...files, '--set', 'ratelimit.mergeDomains=true']);
    expect(merged).toMatchObject({ code: 0, stderr: '' });
  });

  it('says where the rules are that come from a management server, as every tool that needs them', async () => {
    const xds = ['--set', 'ratelimit.source=xds', '--set', 'ratelimit.xds.server=control.internal:18000'];
    for (const [command = '', ...args] of [
      ['check'],
      ['explain', 'k=v', '--domain', 'shop'],
      ['peek', 'k=v'],
      ['set', 'pro-minute', '--requests', '1', '--domain', 'shop'],
    ]) {
      const { code, stderr } = await limits(command, ...args, ...xds);
      expect(code, command).toBe(1);
      expect(stderr, command).toContain('The rules come from the management server control.internal:18000');
    }
  });

  it('of the rules that ship finds nothing', async () => {
    expect((await gatehouse(['limits', 'check'])).code).toBe(0);
  });
});

describe('limits explain', () => {
  it('tells level by level what was taken, what is counted, and what comes next', async () => {
    await send(2);
    const { code, stdout, stderr } = await limits('explain', 'tier=pro', `client=${client}`, '--hits', '2');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('1. tier=pro\n     tier=pro: taken\n     tier=free: not taken: another value');
    expect(stdout).toContain(`2. client=${client}\n     client (any value): taken`);
    expect(stdout).toContain('pro-minute: 3 requests per 5 minutes');
    expect(stdout).toMatch(/used 2, 1 left, resets in \d+ s\n {4}would refuse the next request/);
    expect(stdout).toContain('pro-day: 100 requests per day\n    used 2, 98 left');
    expect(stdout).toContain('The next request of 2 hits would be refused.');
  });

  it('as JSON has the same', async () => {
    const answer = json(
      await limits('explain', 'tier=pro', `client=${client}`, '--domain', 'shop', '--json'),
    );
    expect(answer).toMatchObject({
      domain: 'shop',
      hits: 1,
      result: { kind: 'limited', next: 'allowed', limits: [{ limit: { name: 'pro-minute' } }, {}] },
    });
  });

  it.each([
    [['tier=gold', 'client=x'], 'No rule: the descriptor is not limited.'],
    [['teer=pro'], 'there is no key teer here, but tier'],
    [['tier=pro'], 'it would go on with client'],
    [['tier=free', 'client=x'], 'unlimited'],
    [['tier=pro', 'client=x', '--domain', 'shops'], 'There is no domain shops'],
  ])('of %j says why there is no limit', async (args, text) => {
    const { code, stdout } = await limits('explain', ...args);
    expect(code).toBe(0);
    expect(stdout).toContain(text);
  });

  it('without Redis explains the matching, and says that this is all', async () => {
    const { code, stdout, stderr } = await gatehouse([
      ...['limits', 'explain', 'tier=pro', 'client=x', '--json'],
      ...['--data-dir', '/nowhere', '--set', `ratelimit.files=["${up.rules.path}"]`],
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('Only the matching is explained: redis.url is not set');
    const { result } = JSON.parse(stdout);
    expect(result).toMatchObject({ kind: 'limited', limits: [{ limit: { name: 'pro-minute' } }, {}] });
    expect(result).not.toHaveProperty('next');
  });

  it.each([
    [['tier'], 'expected key=value'],
    [['tier=pro', '--hits', '0'], '--hits 0: expected a whole number from 1'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await limits('explain', ...args);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});

describe('limits set, list and unset', () => {
  it('change a limit for some descriptors, in the running service, and are in the audit', async () => {
    const set = await limits(
      'set',
      'pro-minute',
      `client=${client}`,
      '--requests',
      '7',
      '--reason',
      'a launch',
    );
    expect(set.stdout).toMatch(
      new RegExp(`^pro-minute is 7 for client=${client}: override [0-9a-f]{16}\\.\n$`),
    );
    await until(
      async () =>
        (await service.check({ domain: 'shop', descriptors: [descriptor({ tier: 'pro', client })] }))
          .statuses[0]?.currentLimit?.requestsPerUnit === 7,
      'the service has the figure',
    );
    const listed = json(await limits('list', '--json')).filter(
      ({ entries }: { entries: Record<string, string> }) => entries.client === client,
    );
    expect(listed).toMatchObject([
      { limit: 'pro-minute', requests: 7, reason: 'a launch', setBy: expect.stringMatching(/^cli:/) },
    ]);
    expect((await limits('list')).stdout).toContain(client);

    const again = await limits('set', 'pro-minute', `client=${client}`, '--unlimited', '--json');
    expect(json(again)).toMatchObject({ override: { requests: 'unlimited' }, replaced: { requests: 7 } });
    const unset = await limits('unset', listed[0].id);
    expect(unset.stdout).toBe(`Override ${listed[0].id} of pro-minute is gone.\n`);
    const twice = await limits('unset', listed[0].id);
    expect({ code: twice.code, stderr: twice.stderr }).toEqual({
      code: 1,
      stderr: `There is no override ${listed[0].id}: 'gatehouse limits list' shows all of them.\n`,
    });

    const audit = await gatehouse(['audit', '--limit', '3', '--json', ...installation()]);
    expect(json(audit)).toMatchObject([
      { action: 'override.unset', target: `shop pro-minute client=${client}` },
      { action: 'override.set', details: { requests: 'unlimited' } },
      { action: 'override.set', details: { requests: 7, reason: 'a launch' } },
    ]);
    expect((await gatehouse(['audit', ...installation()])).stdout).toContain('override.unset');
  });

  it.each([
    [['pro-minute'], 'expected either --requests NUMBER or --unlimited'],
    [['pro-minute', '--requests', '5', '--unlimited'], 'expected either'],
    [['pro-minute', '--requests', 'many'], '--requests many: expected a whole number from 0'],
    [['pro-minutes', '--requests', '5'], 'did you mean "pro-minute"?'],
    [['pro-minute', 'tier=free', '--requests', '5'], 'it is for tier=pro, not tier=free'],
    [['pro-minute', '--requests', '5', '--expires', 'soon'], '--expires soon: expected a duration'],
  ])('set %j is refused with what to do', async (args, message) => {
    const { code, stdout, stderr } = await limits('set', ...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('limits peek, reset and refund', () => {
  it('show, empty and fill up the buckets of a descriptor', async () => {
    const named = ['tier=pro', `client=${client}`];
    expect(await send(3)).toBe('OK');
    expect(await send()).toBe('OVER_LIMIT');
    expect((await limits('peek', ...named)).stdout).toContain('used 3, 0 left');
    expect((await limits('refund', ...named, '--hits', '2')).stdout).toContain('pro-minute: 1 used, 2 left');
    expect(await send(2)).toBe('OK');
    expect((await limits('reset', ...named)).stdout).toContain('pro-minute: 3 used before, 0 now');
    expect(json(await limits('peek', ...named, '--json'))).toMatchObject([
      { state: { used: 0, remaining: 3 } },
      { state: { used: 0, remaining: 100 } },
    ]);
  });

  it('of a descriptor without limits are refused', async () => {
    for (const command of ['peek', 'reset']) {
      const { code, stderr } = await limits(command, 'tier=free', `client=${client}`);
      expect(code).toBe(1);
      expect(stderr).toContain("meets no limit that counts: 'gatehouse limits explain' says why");
    }
  });
});

describe('limits offenders', () => {
  it('lists whom limits refuse', async () => {
    await send(3);
    for (let sent = 0; sent < 2; sent += 1) await send();
    const offenders = async () => {
      const list = JSON.parse((await limits('offenders', '--json')).stdout) as {
        offenders: { limit: string; limited: number; entries: { value: string }[] }[];
      };
      return list.offenders.filter(({ entries }) => entries[1]?.value === client);
    };
    await until(async () => (await offenders()).length === 1, 'the service has told its counts', 30_000);
    expect(await offenders()).toMatchObject([{ limit: 'pro-minute', limited: 2 }]);
    expect((await limits('offenders')).stdout).toContain(`tier=pro client=${client}`);
  });
});

describe('limits replay', () => {
  it('says who would have been limited under other rules', async () => {
    const dir = dirname(up.rules.path);
    const [traffic, fresh] = [join(dir, 'traffic.jsonl'), join(dir, 'new.yaml')];
    const line = (at: number, name: string) =>
      JSON.stringify({
        at,
        domain: 'shop',
        descriptors: [
          {
            entries: [
              { key: 'tier', value: 'pro' },
              { key: 'client', value: name },
            ],
          },
        ],
      });
    await writeFile(traffic, [line(1, 'a'), line(2, 'a'), 'broken', line(3, 'b'), line(4, 'a')].join('\n'));
    await writeFile(
      fresh,
      (await readFile(up.rules.path, 'utf8')).replace('requests_per_unit: 3', 'requests_per_unit: 1'),
    );
    const args = ['limits', 'replay', '--traffic', traffic, '--config', fresh, '--against', up.rules.path];
    const text = await gatehouse(args);
    expect(text.code).toBe(0);
    expect(text.stderr).toBe(`${traffic}:3: is not JSON; left out\n`);
    expect(text.stdout).toContain('4 requests from 1970-01-01T00:00:00.001Z to 1970-01-01T00:00:00.004Z');
    expect(text.stdout).toMatch(/^limited today +0 \(0\.0 %\)$/m);
    expect(text.stdout).toMatch(/^limited then +2 \(50\.0 %\)$/m);
    expect(text.stdout).toMatch(/^ {2}shop pro-minute +4 +0 +2$/m);
    expect(text.stdout).toMatch(/^ {2}shop tier=pro client=a +- +2$/m);
    const { stdout } = await gatehouse([...args, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ requests: 4, newlyLimited: 2, newlyPassed: 0, badLines: 1 });
  });

  it('reads rule files as the installation does, and says where it has none', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-replay-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const [traffic, rules] = [join(dir, 'traffic.jsonl'), join(dir, 'rules')];
    await mkdir(rules);
    await mkdir(join(dir, 'run'));
    const entries = ['a', 'b'].map((key) => ({ key, value: 'x' }));
    const descriptors = entries.map((entry) => ({ entries: [entry] }));
    const line = (at: number) => JSON.stringify({ at, domain: 'shop', descriptors });
    await writeFile(traffic, [line(1), line(2), line(3)].join('\n'));
    for (const [file, requests] of [
      ['a', 1],
      ['b', 2],
    ]) {
      const limit = `{ name: per-${file}, unit: day, requests_per_unit: ${requests} }`;
      await writeFile(
        join(rules, `${file}.yaml`),
        `domain: shop\ndescriptors: [{ key: ${file}, rate_limit: ${limit} }]\n`,
      );
    }
    const replay = (ratelimit: object, ...args: string[]) => {
      const settings = { redis: { url: 'redis://127.0.0.1:1' }, ratelimit };
      writeFileSync(join(dir, 'run/gatehouse.yaml'), JSON.stringify(settings));
      return gatehouse([
        ...['limits', 'replay', '--data-dir', dir, '--traffic', traffic, '--config', rules, '--json'],
        ...args,
      ]);
    };
    expect((await replay({ files: [rules] })).stderr).toContain('is already defined');
    const found = json(await replay({ files: [rules], mergeDomains: true, denied: 'free' }));
    expect(found).toMatchObject({ requests: 3, newlyLimited: 0, newlyPassed: 0 });
    const xds = { source: 'xds', mergeDomains: true };
    expect((await replay(xds)).stderr).toContain('the management server');
    expect(json(await replay(xds, '--against', rules))).toMatchObject({ requests: 3 });
  });

  it.each([
    [
      ['--traffic', '/nowhere.jsonl', '--config', 'config/ratelimit/gatehouse.yaml'],
      '/nowhere.jsonl: there is no such file',
    ],
    [
      ['--traffic', 'package.json', '--config', 'config/ratelimit/gatehouse.yaml'],
      'no request that could be read',
    ],
    [['--traffic', 'package.json', '--config', '/nowhere.yaml'], '/nowhere.yaml: there is no such file'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await gatehouse(['limits', 'replay', ...args]);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});

it('without an installation a command says how to start one', async () => {
  const { code, stderr } = await gatehouse(['limits', 'list', '--data-dir', '/nowhere']);
  expect(code).toBe(1);
  expect(stderr).toContain(
    "no installation runs in /nowhere: start one with 'gatehouse up --data-dir /nowhere'",
  );
});

it('takes a Redis by ratelimit.redis alone as the installation’s, and says where it is not reached', async () => {
  const { code, stderr } = await gatehouse([
    ...['limits', 'peek', 'k=v', '--domain', 'shop', '--set', 'ratelimit.redis.url=redis://127.0.0.1:1'],
  ]);
  expect(code).toBe(1);
  expect(stderr).toContain('Redis at 127.0.0.1:1 cannot be used');
}, 30_000);
