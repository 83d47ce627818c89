import { once } from 'node:events';
import { connect, type Settings } from 'node:http2';
import { createServer } from 'node:net';
import {
  type Client,
  type ClientReadableStream,
  credentials,
  loadPackageDefinition,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../test/support/until.ts';
import { MessageError } from '../protobuf/index.ts';
import { serveUnary } from './server.ts';
import type { GrpcServer, GrpcServerOptions, GrpcTransport } from './server-options.ts';
import type { MessageCodec, UnaryHandler } from './service.ts';

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const errors: unknown[] = [];
let transport: GrpcTransport;

// biome-ignore lint/suspicious/noExplicitAny: read by the .proto file where there is no codec
type Check = UnaryHandler<any, unknown>;

async function serveCheck(
  handler: Check,
  { codec, ...options }: Partial<GrpcServerOptions> & { codec?: MessageCodec<unknown, unknown> } = {},
): Promise<GrpcServer> {
  const server = await serveUnary({
    services: [
      {
        name: 'envoy.service.auth.v3.Authorization',
        proto: 'envoy/service/auth/v3/external_auth.proto',
        methods: { Check: { handler, ...(codec && { codec }) } },
      },
    ],
    host: '127.0.0.1',
    port: 0,
    transport,
    maxReceiveBytes: 1000,
    onError: (error) => errors.push(error),
    ...options,
  });
  closing.push(() => server.close(1000));
  return server;
}

type Unary = (
  request: object,
  callback: (error: { code: number; details: string } | null, answer: unknown) => void,
) => unknown;

function client(port: number, proto: string, path: string[]): Record<string, Unary> {
  const loaded = loadPackageDefinition(
    loadSync(proto, { includeDirs: ['protos'], keepCase: true, defaults: true, enums: String }),
  );
  const Service = path.reduce(
    (at, name) => (at as Record<string, object>)[name] as object,
    loaded as object,
  ) as typeof Client;
  const made = new Service(`127.0.0.1:${port}`, credentials.createInsecure());
  closing.push(() => made.close());
  return made as unknown as Record<string, Unary>;
}

const authorization = (port: number) =>
  client(port, 'envoy/service/auth/v3/external_auth.proto', [
    'envoy',
    'service',
    'auth',
    'v3',
    'Authorization',
  ]);
const health = (port: number) =>
  client(port, 'grpc/health/v1/health.proto', ['grpc', 'health', 'v1', 'Health']);

function call(method: Unary | undefined, self: object, request: object) {
  return new Promise<{ error: { code: number; details: string } | null; answer: unknown }>((resolve) => {
    method?.call(self, request, (error, answer) => resolve({ error, answer }));
  });
}

/** Of a traceparent, between its version and its flags. */
const TRACE = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';

/** Calls Check with a deadline, and leaves it to the server to keep it. @param timeout such as `50m` for 50 ms */
function checkWithin(port: number, timeout: string, settings: Settings = {}): Promise<string | undefined> {
  return checkWith(port, { 'grpc-timeout': timeout }, settings);
}

/** @returns the status, where there is one */
async function checkWith(
  port: number,
  metadata: Record<string, string>,
  settings: Settings = {},
): Promise<string | undefined> {
  const session = connect(`http://127.0.0.1:${port}`, { settings });
  closing.push(() => session.destroy());
  const stream = session.request({
    ':method': 'POST',
    ':path': '/envoy.service.auth.v3.Authorization/Check',
    'content-type': 'application/grpc',
    te: 'trailers',
    ...metadata,
  });
  // An empty message: not compressed, of no length.
  stream.end(Buffer.alloc(5));
  stream.resume();
  const ended = Promise.withResolvers<string | undefined>();
  stream.on('response', (headers) => headers['grpc-status'] && ended.resolve(String(headers['grpc-status'])));
  stream.on('trailers', (trailers) => ended.resolve(String(trailers['grpc-status'])));
  stream.on('close', () => ended.resolve(undefined));
  return ended.promise;
}

describe.each(['grpc-js', 'fast'] as const)('over %s', (each) => {
  beforeEach(() => {
    transport = each;
  });

  it('answers a call with what the handler returns', async () => {
    const server = await serveCheck(async () => ({ status: { code: 7 } }));
    const authz = authorization(server.port);
    expect((await call(authz.Check, authz, {})).answer).toMatchObject({ status: { code: 7 } });
  });

  it('answers at once where the handler does', async () => {
    const server = await serveCheck(() => ({ status: { code: 7 } }));
    const authz = authorization(server.port);
    expect((await call(authz.Check, authz, {})).answer).toMatchObject({ status: { code: 7 } });
  });

  it.each([
    ['is recorded', `00-${TRACE}-01`, true],
    ['is recorded, by a version that says more', `01-${TRACE}-0b-more`, true],
    ['is not recorded', `00-${TRACE}-02`, false],
    ['is not recorded, by a version that says more', `01-${TRACE}-00-1`, false],
    ['is none at all', '1', false],
    ['is empty', '', false],
  ])('tells of a call whose trace %s', async (_what, traceparent, isSampled) => {
    const seen: unknown[] = [];
    const server = await serveCheck((_request, call) => {
      seen.push({ isSampled: call.isSampled, traceparent: call.metadata('traceparent') });
      return {};
    });
    await checkWith(server.port, { traceparent });
    expect(seen).toEqual([{ isSampled, traceparent }]);
  });

  it('tells of a call without a trace', async () => {
    const seen: unknown[] = [];
    const server = await serveCheck((_request, { isSampled }) => {
      seen.push(isSampled);
      return {};
    });
    await checkWith(server.port, {});
    expect(seen).toEqual([false]);
  });

  it('has messages read and written by the codec of their method', async () => {
    // CheckResponse { status { code: 5 } }
    const prepared = Uint8Array.of(0x0a, 0x02, 0x08, 0x05);
    const codec = { decode: (bytes: Uint8Array) => bytes.length, encode: () => prepared };
    const lengths: unknown[] = [];
    const server = await serveCheck((length) => void lengths.push(length), { codec });
    const authz = authorization(server.port);
    for (const _ of [1, 2]) {
      expect((await call(authz.Check, authz, {})).answer).toMatchObject({ status: { code: 5 } });
    }
    expect(lengths).toEqual([0, 0]);
    expect(prepared).toEqual(Uint8Array.of(0x0a, 0x02, 0x08, 0x05));
  });

  it('tells a caller why its message cannot be read, without calling the handler', async () => {
    errors.length = 0;
    const decode = () => {
      throw new MessageError('INVALID_ARGUMENT', 'the path has no end');
    };
    const codec = { decode, encode: () => new Uint8Array() };
    const server = await serveCheck(() => expect.fail('was called'), { codec });
    const authz = authorization(server.port);
    const { error } = await call(authz.Check, authz, {});
    expect(error).toMatchObject({ code: status.INVALID_ARGUMENT, details: 'the path has no end' });
    expect(errors).toEqual([]);
  });

  it.each(['decode', 'encode'] as const)(
    'takes a codec that fails to %s for an error of ours',
    async (what) => {
      errors.length = 0;
      const fail = () => {
        throw new TypeError('of the codec');
      };
      const codec = { decode: () => ({}), encode: () => new Uint8Array(), [what]: fail };
      for (const handler of [() => ({}), async () => ({})]) {
        const server = await serveCheck(handler, { codec });
        const authz = authorization(server.port);
        const { error } = await call(authz.Check, authz, {});
        expect(error).toMatchObject({ code: status.INTERNAL, details: 'internal error' });
      }
      expect(errors.map(String)).toEqual(Array(2).fill('TypeError: of the codec'));
    },
  );

  it('tells a caller nothing of what a handler threw, and the operator all of it', async () => {
    const server = await serveCheck(async () => {
      throw new Error('the password is sesame');
    });
    const authz = authorization(server.port);
    const { error } = await call(authz.Check, authz, {});
    expect(error).toMatchObject({ code: status.INTERNAL, details: 'internal error' });
    expect(errors.map(String)).toContain('Error: the password is sesame');
  });

  it('refuses a message over the limit without calling the handler', async () => {
    let called = false;
    const server = await serveCheck(async () => {
      called = true;
      return {};
    });
    const authz = authorization(server.port);
    const request = { attributes: { request: { http: { path: 'x'.repeat(2000) } } } };
    expect((await call(authz.Check, authz, request)).error?.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(called).toBe(false);
  });

  it('says over grpc.health.v1 whether it serves', async () => {
    const server = await serveCheck(async () => ({}));
    const probe = health(server.port);
    const service = { service: 'envoy.service.auth.v3.Authorization' };
    expect((await call(probe.Check, probe, service)).answer).toMatchObject({ status: 'SERVING' });
    server.setServing(false);
    expect((await call(probe.Check, probe, service)).answer).toMatchObject({ status: 'NOT_SERVING' });
  });

  it('has its health watched at an address of its own, where that is wanted', async () => {
    const server = await serveCheck(() => ({}), { streaming: { host: '127.0.0.1', port: 0 } });
    const watcher = health(server.streamingPort ?? 0) as unknown as {
      Watch(request: object): ClientReadableStream<{ status: string }>;
    };
    const seen: string[] = [];
    const watch = watcher.Watch({ service: 'envoy.service.auth.v3.Authorization' });
    watch.on('data', ({ status }) => seen.push(status));
    watch.on('error', () => {});
    await until(() => seen.includes('SERVING'), 'it is said to serve');
    server.setServing(false);
    await until(() => seen.includes('NOT_SERVING'), 'it is said not to serve');
    watch.cancel();
    const probe = health(server.port);
    const service = { service: 'envoy.service.auth.v3.Authorization' };
    expect((await call(probe.Check, probe, service)).answer).toMatchObject({ status: 'NOT_SERVING' });
  });

  it('lets a running call finish when it closes', async () => {
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const server = await serveCheck(async () => {
      started.resolve();
      await finish.promise;
      return { status: { code: 0 } };
    });
    const authz = authorization(server.port);
    const answered = call(authz.Check, authz, {});
    await started.promise;
    const closed = server.close(10_000);
    finish.resolve();
    expect((await answered).error).toBeNull();
    await closed;
  });

  it('cuts a call that does not finish in its grace', async () => {
    const started = Promise.withResolvers<void>();
    const server = await serveCheck(() => {
      started.resolve();
      return new Promise(() => {});
    });
    const authz = authorization(server.port);
    const answered = call(authz.Check, authz, {});
    await started.promise;
    await server.close(10);
    expect((await answered).error).not.toBeNull();
  });

  it('that finds its port taken says so in the system’s words', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    closing.push(() => other.close());
    const { port } = other.address() as { port: number };
    await expect(serveCheck(() => ({}), { port })).rejects.toThrow(/^listen EADDRINUSE/);
  });

  it('answers a client that keeps no table of header fields', async () => {
    const server = await serveCheck(() => ({}));
    expect(await checkWithin(server.port, '5S', { headerTableSize: 0 })).toBe(String(status.OK));
  });

  it('tells a handler when the deadline has passed, and does not take its giving up for an error', async () => {
    errors.length = 0;
    const server = await serveCheck(async (_, { signal }) => {
      await once(signal, 'abort');
      return signal.throwIfAborted();
    });
    expect(await checkWithin(server.port, '50m')).not.toBe(String(status.OK));
    expect(errors).toEqual([]);
  });
});
