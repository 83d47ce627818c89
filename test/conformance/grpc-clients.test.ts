import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { type GrpcServer, type GrpcServerOptions, serveUnary } from '../../src/grpc/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';
import { makeTestCertificate, type TestCertificate } from '../support/certificate.ts';
import { goProgram, SHARED_CACHE } from '../support/go-program.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);
const BUILD_MS = 600_000;
const PROTOS = join(ROOT, 'protos');
const PROTO = 'envoy/service/auth/v3/external_auth.proto';
const SERVICE = 'envoy.service.auth.v3.Authorization';

type Built = Awaited<ReturnType<typeof goProgram>>;
let grpcurl: Built;
let ghz: Built;
let server: GrpcServer;
let certificate: TestCertificate;
let dir: string;
let errors: unknown[];

beforeAll(async () => {
  const build = (name: string, pkg: string) =>
    goProgram(join(ROOT, 'test/conformance', name), { package: pkg, cache: SHARED_CACHE });
  grpcurl = await build('grpcurl', 'github.com/fullstorydev/grpcurl/cmd/grpcurl');
  ghz = await build('ghz', 'github.com/bojand/ghz/cmd/ghz');
  certificate = await makeTestCertificate();
  return () => certificate.close();
}, BUILD_MS);

beforeEach(async () => {
  errors = [];
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-grpc-'));
});

afterEach(async () => {
  await server.close(1000);
  await rm(dir, { recursive: true, force: true });
  expect(errors).toEqual([]);
});

/** Denies, with the path that was asked for as the reason. */
async function serve(options: Partial<GrpcServerOptions>): Promise<void> {
  server = await serveUnary({
    services: [
      {
        name: SERVICE,
        proto: PROTO,
        methods: {
          Check: {
            handler: async ({ attributes }, { signal }) => {
              const { path, raw_body } = attributes.request.http;
              if (path === '/wait') await once(signal, 'abort');
              signal.throwIfAborted();
              return { status: { code: 7, message: `${path} ${raw_body.length}` } };
            },
          },
        },
      },
    ],
    ...{ host: '127.0.0.1', port: 0, maxReceiveBytes: 4 * 2 ** 20 },
    onError: (error) => errors.push(error),
    ...options,
  });
}

function programOf(built: Built, context: TestContext): string {
  if ('missing' in built) return context.skip(built.missing);
  return built.program;
}

const request = (path: string, bodyBytes = 0) => ({
  attributes: { request: { http: { path, raw_body: Buffer.alloc(bodyBytes).toString('base64') } } },
});

describe.each(['fast', 'grpc-js'] as const)('%s', (transport) => {
  describe('is understood by grpc-go', () => {
    const SOURCE = ['-import-path', PROTOS, '-proto', PROTO, '-proto', 'grpc/health/v1/health.proto'];
    const PLAIN = ['-plaintext', ...SOURCE];

    /** @returns what grpcurl printed, to either of its outputs */
    async function curl(
      context: TestContext,
      method: string,
      message: object,
      options: readonly string[] = PLAIN,
    ): Promise<string> {
      const args = [...options, '-d', '@', `127.0.0.1:${server.port}`, method];
      const running = run(programOf(grpcurl, context), args);
      running.child.stdin?.end(JSON.stringify(message));
      const failed = (error: { stdout: string; stderr: string }) => error;
      const { stdout, stderr } = await running.catch(failed);
      return stdout + stderr;
    }

    it('with an answer', async (context) => {
      await serve({ transport });
      const answer = await curl(context, `${SERVICE}/Check`, request('/claude'));
      expect(JSON.parse(answer)).toMatchObject({ status: { code: 7, message: '/claude 0' } });
    });

    it('with a message of many frames', async (context) => {
      await serve({ transport });
      const answer = await curl(context, `${SERVICE}/Check`, request('/large', 3 * 2 ** 20));
      expect(JSON.parse(answer)).toMatchObject({ status: { message: `/large ${3 * 2 ** 20}` } });
    });

    it('with a message that is too large', async (context) => {
      await serve({ transport });
      expect(await curl(context, `${SERVICE}/Check`, request('/', 5 * 2 ** 20))).toContain(
        'ResourceExhausted',
      );
    });

    it('with a deadline that passes', async (context) => {
      await serve({ transport });
      const options = [...PLAIN, '-max-time', '0.3'];
      expect(await curl(context, `${SERVICE}/Check`, request('/wait'), options)).toContain(
        'DeadlineExceeded',
      );
    });

    it('with a method that is not there', async (context) => {
      await serve({ transport, services: [] });
      expect(await curl(context, `${SERVICE}/Check`, {})).toContain('Unimplemented');
    });

    it('over TLS', async (context) => {
      const { certFile, keyFile } = certificate;
      await serve({ transport, tls: { certFile, keyFile } });
      const options = ['-cacert', certFile, ...SOURCE];
      const answer = await curl(context, 'grpc.health.v1.Health/Check', { service: SERVICE }, options);
      expect(JSON.parse(answer)).toEqual({ status: 'SERVING' });
    });

    it('over TLS with certificates on both sides, for one name alone', async (context) => {
      const { certFile, keyFile } = certificate;
      const own = ['-cert', certFile, '-key', keyFile, '-cacert', certFile, ...SOURCE];
      for (const [clientName, said] of [
        ['localhost', '"code": 7'],
        ['somebody.else', 'Unauthenticated'],
      ] as const) {
        await serve({ transport, tls: { certFile, keyFile, clientCaFile: certFile, clientName } });
        expect(await curl(context, `${SERVICE}/Check`, request('/'), own)).toContain(said);
        // Who shows none does not get as far.
        const without = ['-cacert', certFile, '-connect-timeout', '2', ...SOURCE];
        expect(await curl(context, `${SERVICE}/Check`, request('/'), without)).toContain('Failed to dial');
        await server.close(0);
      }
    });
  });

  describe('loses no call of grpc-go', () => {
    /** @returns how many calls had which status */
    async function load(context: TestContext, ...options: string[]): Promise<Record<string, number>> {
      const data = join(dir, 'request.json');
      await writeFile(data, JSON.stringify(request('/load', 1000)));
      const args = ['--insecure', '--import-paths', PROTOS, '--proto', PROTO, '--call', `${SERVICE}.Check`];
      const each = ['--data-file', data, '--format', 'json', '--connections', '4', '--concurrency', '40'];
      const { stdout } = await run(
        programOf(ghz, context),
        [...args, ...each, ...options, `127.0.0.1:${server.port}`],
        { maxBuffer: 2 ** 28 },
      );
      return (JSON.parse(stdout) as { statusCodeDistribution: Record<string, number> })
        .statusCodeDistribution;
    }

    it('under load', async (context) => {
      await serve({ transport });
      expect(await load(context, '--total', '3000')).toEqual({ OK: 3000 });
    });

    it('that is compressed', async (context) => {
      await serve({ transport });
      expect(await load(context, '--total', '500', '--enable-compression')).toEqual({ OK: 500 });
    });

    it('when connections grow old and are left', async (context) => {
      await serve({ transport, maxConnectionAge: { ms: 100, graceMs: 10_000 } });
      // ghz counts what grpc-go itself tries again, because it was never taken, as Unavailable beside them.
      expect(await load(context, '--total', '3000', '--rps', '3000')).toMatchObject({ OK: 3000 });
    });
  });

  it('is understood by curl with prior knowledge of HTTP/2', async (context) => {
    const known = await run('curl', ['--version']).catch(() => undefined);
    if (known === undefined) return context.skip('curl is not installed');
    if (!known.stdout.includes('HTTP2')) return context.skip('this curl has no HTTP/2');
    await serve({ transport });
    const [message, answer, head] = ['message', 'answer', 'head'].map((name) => join(dir, name)) as [
      string,
      string,
      string,
    ];
    // HealthCheckRequest without a name: empty, after its prefix.
    await writeFile(message, Buffer.alloc(5));
    const url = `http://127.0.0.1:${server.port}/grpc.health.v1.Health/Check`;
    const fields = ['-H', 'content-type: application/grpc', '-H', 'te: trailers'];
    const output = ['--output', answer, '--dump-header', head];
    await run('curl', [
      '--silent',
      '--http2-prior-knowledge',
      ...fields,
      '--data-binary',
      `@${message}`,
      ...output,
      url,
    ]);
    expect(await readFile(answer)).toEqual(Buffer.of(0, 0, 0, 0, 2, 0x08, 0x01));
    expect(await readFile(head, 'latin1')).toMatch(/^HTTP\/2 200[\s\S]*grpc-status: 0/);
  });
});

describe.each(['fast', 'grpc-js'] as const)('beside %s, what streams', (transport) => {
  const V1ALPHA = join(ROOT, 'node_modules/@grpc/reflection/build/proto/grpc/reflection/v1alpha');

  beforeEach(() => serve({ transport, streaming: { host: '127.0.0.1', port: 0 } }));

  /** @returns what grpcurl printed, which knows no .proto file of ours */
  async function curl(context: TestContext, options: string[], ...asked: string[]): Promise<string> {
    const address = `127.0.0.1:${server.streamingPort}`;
    const { stdout } = await run(programOf(grpcurl, context), ['-plaintext', ...options, address, ...asked]);
    return stdout;
  }

  it('lists the services', async (context) => {
    expect((await curl(context, [], 'list')).split('\n')).toEqual([SERVICE, 'grpc.health.v1.Health', '']);
  });

  it('describes a service, and messages of other files', async (context) => {
    expect(await curl(context, [], 'describe', SERVICE)).toContain(
      'rpc Check ( .envoy.service.auth.v3.CheckRequest ) returns ( .envoy.service.auth.v3.CheckResponse )',
    );
    expect(await curl(context, [], 'describe', 'envoy.service.auth.v3.DeniedHttpResponse')).toContain(
      '.envoy.type.v3.HttpStatus status = 1',
    );
    expect(await curl(context, [], 'describe', 'envoy.service.auth.v3.AttributeContext')).toContain(
      'map<string, string> context_extensions = 10',
    );
  });

  it('describes the same to clients of grpc.reflection.v1alpha', async (context) => {
    const source = ['-import-path', V1ALPHA, '-proto', 'reflection.proto', '-d', '{"list_services": ""}'];
    const method = 'grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo';
    expect(JSON.parse(await curl(context, source, method))).toMatchObject({
      listServicesResponse: { service: [{ name: SERVICE }, { name: 'grpc.health.v1.Health' }] },
    });
  });

  it('has a service called by its description', async (context) => {
    const message = ['-d', JSON.stringify(request('/described'))];
    expect(JSON.parse(await curl(context, message, `${SERVICE}/Check`))).toMatchObject({
      status: { message: '/described 0' },
    });
  });

  it('has health watched', async (context) => {
    const address = `127.0.0.1:${server.streamingPort}`;
    const args = ['-plaintext', address, 'grpc.health.v1.Health/Watch'];
    const watching = execFile(programOf(grpcurl, context), args);
    try {
      let said = '';
      watching.stdout?.on('data', (text: string) => {
        said += text;
      });
      await until(() => said.includes('"SERVING"'), 'it is said to serve');
      server.setServing(false);
      await until(() => said.includes('"NOT_SERVING"'), 'it is said not to serve');
    } finally {
      watching.kill();
    }
  });
});

it('describes a rate limit service', async (context) => {
  await serve({
    streaming: { host: '127.0.0.1', port: 0 },
    services: [
      {
        name: 'envoy.service.ratelimit.v3.RateLimitService',
        proto: 'envoy/service/ratelimit/v3/rls.proto',
        methods: { ShouldRateLimit: { handler: () => ({ overall_code: 'OK' }) } },
      },
    ],
  });
  const address = `127.0.0.1:${server.streamingPort}`;
  const { stdout } = await run(programOf(grpcurl, context), ['-plaintext', address, 'describe']);
  expect(stdout).toContain('rpc ShouldRateLimit ( .envoy.service.ratelimit.v3.RateLimitRequest )');
});
