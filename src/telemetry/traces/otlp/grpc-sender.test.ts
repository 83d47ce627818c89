import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { makeTestCertificate } from '../../../../test/support/certificate.ts';
import { createGrpcSender } from './grpc-sender.ts';

const MESSAGE = Buffer.from('a message');
const OK = { 'grpc-status': '0' };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A collector that answers as it is told, and a sender to it. */
async function collector(
  answer: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => unknown,
  {
    timeoutMs = 20_000,
    asked = {},
    server = createServer() as Http2Server | Http2SecureServer,
    scheme = 'http',
  } = {},
) {
  const bodies: Buffer[] = [];
  const sessions: ServerHttp2Session[] = [];
  server.on('session', (session) => sessions.push(session));
  server.on('stream', async (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => {});
    bodies.push(await buffer(stream));
    answer(stream, headers);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sender = createGrpcSender(`${scheme}://127.0.0.1:${port}`, timeoutMs, asked);
  closing.push(() => {
    for (const session of sessions) session.destroy();
    server.close();
  }, sender.close);
  return { sender, bodies, sessions };
}

function accept(stream: ServerHttp2Stream): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(OK));
  stream.end(Buffer.alloc(5));
}

test('messages go out one after the other on one connection', async () => {
  const { sender, bodies, sessions } = await collector(accept);
  await sender.send(MESSAGE);
  await sender.send(MESSAGE);
  expect(bodies.map(String)).toEqual(new Array(2).fill(`\0\0\0\0${'\t'}a message`));
  expect(sessions).toHaveLength(1);
});

test('a message of any length arrives', async () => {
  const { sender, bodies } = await collector(accept);
  await sender.send(Buffer.alloc(3_000_000, 1));
  expect(bodies[0]?.length).toBe(5 + 3_000_000);
});

test.each([
  ['refuses', { ':status': 200, 'grpc-status': '8', 'grpc-message': 'too much' }, 'gRPC status 8: too much'],
  ['speaks no gRPC', { ':status': 404 }, 'HTTP status 404'],
  ['says nothing', { ':status': 200 }, 'gRPC status none'],
])('a collector that %s has not taken the message', async (_what, headers, reason) => {
  const { sender } = await collector((stream) => stream.respond(headers, { endStream: true }));
  await expect(sender.send(MESSAGE)).rejects.toThrow(reason);
});

test('a collector that hangs loses the message and the connection', async () => {
  const { sender, sessions } = await collector(() => {}, { timeoutMs: 50 });
  await expect(sender.send(MESSAGE)).rejects.toThrow('did not answer within 50 ms');
  const [session] = sessions as [ServerHttp2Session];
  if (!session.destroyed) await once(session, 'close');
});

test('a collector that cuts the connection gets the next message on another one', async () => {
  const { sender, sessions } = await collector((stream) =>
    sessions.length === 1 ? stream.session?.destroy() : accept(stream),
  );
  await expect(sender.send(MESSAGE)).rejects.toThrow();
  await sender.send(MESSAGE);
  expect(sessions).toHaveLength(2);
});

test('a collector that goes away while nothing is sent loses nothing', async () => {
  const server = createServer();
  const connected = once(server, 'connection') as Promise<[Socket]>;
  const { sender, sessions } = await collector(accept, { server });
  await sender.send(MESSAGE);
  const [socket] = await connected;
  sessions[0]?.close();
  await once(socket, 'close');
  await sender.send(MESSAGE);
  expect(sessions).toHaveLength(2);
});

test('a collector with a certificate that is trusted is spoken to by TLS', async () => {
  const certificate = await makeTestCertificate();
  const cert = await readFile(certificate.certFile);
  const trusted = getCACertificates('default');
  closing.push(certificate.close, () => setDefaultCACertificates(trusted));
  const server = createSecureServer({ cert, key: await readFile(certificate.keyFile) });
  const { sender, bodies } = await collector(accept, { server, scheme: 'https' });
  await expect(sender.send(MESSAGE)).rejects.toThrow('self-signed certificate');
  setDefaultCACertificates([...trusted, String(cert)]);
  await sender.send(MESSAGE);
  expect(bodies).toHaveLength(1);
});

test('where nobody listens, that is the reason', async () => {
  const { sender, sessions } = await collector(accept);
  await closing[0]?.();
  expect(sessions).toEqual([]);
  await expect(sender.send(MESSAGE)).rejects.toThrow('ECONNREFUSED');
});

test('closing cuts what is under way', async () => {
  const reached = Promise.withResolvers<void>();
  const { sender } = await collector(() => reached.resolve());
  const sending = expect(sender.send(MESSAGE)).rejects.toThrow();
  await reached.promise;
  await sender.close();
  await sending;
});

test('what the collector asks for is sent, and kept out of the error where it repeats it', async () => {
  const told: unknown[] = [];
  const { sender } = await collector(
    (stream, { authorization }) => {
      told.push(authorization);
      stream.respond({ ':status': 200, 'grpc-status': '16', 'grpc-message': 'planted-secret is no token' });
      stream.end();
    },
    { asked: { authorization: 'Bearer planted-secret' } },
  );
  await expect(sender.send(MESSAGE)).rejects.toThrow('gRPC status 16: *** is no token');
  expect(told).toEqual(['Bearer planted-secret']);
});
