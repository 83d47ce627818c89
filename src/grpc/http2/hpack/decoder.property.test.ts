import { type ClientHttp2Session, connect } from 'node:http2';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { encodeHeaderBlock } from '../hpack/encoder.ts';
import type { HeaderList } from '../request-head.ts';
import { type Http2Server, serveHttp2 } from '../server.ts';

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Says of each request what its fields were. */
async function recordHeaders(seen: HeaderList[]): Promise<Http2Server> {
  const server = await serveHttp2({
    listen: { host: '127.0.0.1', port: 0 },
    connected:
      () =>
      (stream, { headers }) => {
        seen.push(headers);
        stream.refuse(encodeHeaderBlock([[':status', '204']]));
        return { data() {}, end() {}, closed() {} };
      },
    onError: (error) => expect.fail(String(error)),
  });
  closing.push(() => server.close(0));
  return server;
}

function request(session: ClientHttp2Session, fields: [string, string][]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Of a list of values each becomes a field.
  const headers: Record<string, string[]> = {};
  for (const [name, value] of fields) {
    headers[name] ??= [];
    headers[name].push(value);
  }
  const stream = session.request({ ':path': '/', ...headers });
  stream.on('error', reject);
  stream.on('close', resolve);
  stream.resume();
  return promise;
}

const name = fc.oneof(
  fc.stringMatching(/^x-[a-z0-9_]{1,20}$/),
  fc.constantFrom('x-tenant', 'x-request-id', 'accept-language', 'user-agent-of', 'traceparent'),
);
/** Every octet that a value may have, so that all of the Huffman code is used. */
const octet = fc.oneof(
  fc.integer({ min: 0x21, max: 0x7e }),
  fc.constant(0x20),
  fc.integer({ min: 0x80, max: 0xff }),
);
const value = fc.oneof(
  fc.array(octet, { maxLength: 200 }).map((octets) => String.fromCharCode(...octets).trim()),
  fc.constantFrom('', 'service-a', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'),
);
const requests = fc.array(fc.array(fc.tuple(name, value), { maxLength: 20 }), { minLength: 1, maxLength: 6 });

it('has the fields that the encoder of nghttp2 was given, request after request', async () => {
  const seen: HeaderList[] = [];
  const { port } = await recordHeaders(seen);
  await fc.assert(
    fc.asyncProperty(requests, async (all) => {
      const session = connect(`http://127.0.0.1:${port}`);
      try {
        for (const fields of all) {
          seen.length = 0;
          await request(session, fields);
          const [headers] = seen;
          const received = headers?.fields.filter((field) => !field.name.startsWith(':'));
          const sorted = (list: [string, string][]) => list.map((field) => field.join(': ')).sort();
          expect(sorted(received?.map((field) => [field.name, field.value]) ?? [])).toEqual(sorted(fields));
        }
      } finally {
        session.destroy();
      }
    }),
    { numRuns: 150 },
  );
});
