import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../../src/toolchain/index.ts';
import { goProgram } from '../support/go-program.ts';
import { descriptor, startTestRatelimit, type TestRatelimit } from '../support/ratelimit.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const NODE = 'envoy-ratelimit';

interface Heard {
  opened?: boolean;
  authorization?: string[];
  node?: string;
  version?: string;
  metadata?: Record<string, unknown>;
  error?: string;
}

/** go-control-plane's management server, in a process of its own. */
class ManagementServer {
  readonly heard: Heard[] = [];
  address = '';
  readonly #child: ChildProcessWithoutNullStreams;

  constructor(program: string, listen: string) {
    this.#child = spawn(program, [listen]);
    createInterface(this.#child.stdout).on('line', (line) => {
      const said = JSON.parse(line) as Heard & { address?: string };
      if (said.address === undefined) this.heard.push(said);
      else this.address = said.address;
    });
  }

  async listening(): Promise<this> {
    await until(() => this.address !== '', 'the management server listens');
    return this;
  }

  /** Puts resources into its snapshot for the node. */
  put(version: string, ...resources: object[]): void {
    this.#child.stdin.write(`${JSON.stringify({ node: NODE, version, resources })}\n`);
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}

const config = (requestsPerUnit: number, unit = 'DAY') => ({
  name: 'shop-rules',
  domain: 'shop',
  descriptors: [{ key: 'client', rateLimit: { unit, requestsPerUnit, name: `of-${requestsPerUnit}` } }],
});

describe('rules from a management server', async () => {
  const built = await goProgram(join(ROOT, 'test/conformance/ratelimit-xds'));
  let redis: TestRedis;
  let server: ManagementServer;
  let service: TestRatelimit & { close(): Promise<void> };
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis?.close());

  beforeEach(async (context) => {
    if ('missing' in built) return context.skip(built.missing);
    await redis.empty();
    server = await new ManagementServer(built.program, '127.0.0.1:0').listening();
    service = await startTestRatelimit({
      redis: redis.address,
      rules: [],
      set: [
        'ratelimit.source=xds',
        `ratelimit.xds.server=${server.address}`,
        `ratelimit.xds.nodeId=${NODE}`,
        'ratelimit.xds.nodeMetadata={zone: a}',
        'ratelimit.xds.headers={authorization: Bearer x}',
        'ratelimit.xds.retryFrom=50ms',
        'ratelimit.xds.retryUpTo=200ms',
      ],
    });
  });
  afterEach(async () => {
    server?.end();
    await service?.close();
  });

  const limitOf = async () => {
    const request = { domain: 'shop', descriptors: [descriptor({ client: 'a' })] };
    const { statuses } = await service.check(request);
    return statuses[0]?.currentLimit?.requestsPerUnit;
  };
  const inForce = (requests: number) =>
    until(async () => (await limitOf().catch(() => 0)) === requests, `the limit is ${requests}`);
  const heardOf = (part: Partial<Heard>) =>
    until(
      () =>
        server.heard.some((heard) =>
          Object.entries(part).every(([key, value]) => heard[key as 'node'] === value),
        ),
      `the server heard ${JSON.stringify(part)} in ${JSON.stringify(server.heard)}`,
    );

  it('are in force once they come, and are acknowledged', async () => {
    await expect(limitOf()).rejects.toMatchObject({ code: 13 });
    server.put('1', config(7));
    await inForce(7);
    await heardOf({ version: '1', error: '' });
    expect(server.heard).toContainEqual({ opened: true, authorization: ['Bearer x'] });
    expect(server.heard).toContainEqual(expect.objectContaining({ node: NODE, metadata: { zone: 'a' } }));
    expect(service.rules()).toMatchObject({
      ...{ source: 'xds', version: '1', domains: ['shop'], files: ['shop-rules'] },
    });
    server.put('2', config(9));
    await inForce(9);
  });

  it('are refused as a whole with their reasons where they cannot be used, and the last good ones stay', async () => {
    server.put('1', config(7));
    await inForce(7);
    server.put('2', config(9, 'UNKNOWN'));
    await until(
      () => server.heard.some(({ error, version }) => error?.includes('unit') && version === '1'),
      'the server heard why',
    );
    expect(await limitOf()).toBe(7);
    expect(service.rules()).toMatchObject({
      version: '1',
      refused: {
        version: '2',
        problems: [{ file: 'shop-rules', path: 'descriptors[0].rate_limit.unit', code: 'invalid_unit' }],
      },
    });
    server.put('3', config(9));
    await inForce(9);
  });

  it('stay in force while the server is away, and follow it when it is back', async (context) => {
    server.put('1', config(7));
    await inForce(7);
    const { address } = server;
    server.end();
    expect(await limitOf()).toBe(7);
    if ('missing' in built) return context.skip(built.missing);
    server = await new ManagementServer(built.program, address).listening();
    server.put('5', config(11));
    await inForce(11);
  });
});
