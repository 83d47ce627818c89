import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  callFields,
  FLAG,
  frame,
  grpcMessage,
  type Http2Peer,
  headerBlock,
  TYPE,
  uint32,
} from '../../../test/support/http2-peer.ts';
import { ErrorCode } from '../http2/error-code.ts';
import { StatusError } from '../service.ts';
import { Status } from '../status.ts';
import {
  answerOf,
  callFrames,
  type Fixture,
  type FixtureOptions,
  headersFrame,
  MAX_RECEIVE_BYTES,
  PATH,
  startFixture,
  statusIn,
} from './server.fixture.ts';

let fixture: Fixture;

async function start(options: FixtureOptions = {}): Promise<Http2Peer> {
  fixture = await startFixture(options);
  return fixture.connect();
}

afterEach(async () => {
  const { errors } = fixture;
  await fixture.close();
  expect(errors).toEqual([]);
});

/** Sends these octets as the content of a call. */
async function statusOf(
  content: Uint8Array,
  metadata: Readonly<Record<string, string>> = {},
  options: FixtureOptions = {},
): Promise<{ status: number | undefined; text: string }> {
  const peer = await start(options);
  peer.send(headersFrame(1, metadata), frame(TYPE.data, FLAG.endStream, 1, content));
  const { text } = await answerOf(peer, 1);
  return { status: statusIn(text), text };
}

/** Sends a request that has these fields and no content. */
async function fieldsOf(fields: Record<string, string>): Promise<string> {
  const peer = await start();
  peer.send(frame(TYPE.headers, FLAG.endHeaders | FLAG.endStream, 1, headerBlock(fields)));
  return (await answerOf(peer, 1)).text;
}

describe('a message', () => {
  it('is the same however its frames are cut and padded', async () => {
    const peer = await start();
    let streamId = -1;
    const part = fc.record({ bytes: fc.integer({ min: 0, max: 40 }), padding: fc.option(fc.nat(20)) });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.array(part), async (message, parts) => {
        streamId += 2;
        peer.send(headersFrame(streamId));
        let rest = grpcMessage(message);
        for (const { bytes, padding } of parts) {
          const content = rest.subarray(0, bytes);
          rest = rest.subarray(bytes);
          const padded = Buffer.concat([Buffer.of(padding ?? 0), content, Buffer.alloc(padding ?? 0)]);
          if (padding === null) peer.send(frame(TYPE.data, 0, streamId, content));
          else peer.send(frame(TYPE.data, FLAG.padded, streamId, padded));
        }
        peer.send(frame(TYPE.data, FLAG.endStream, streamId, rest));
        expect((await answerOf(peer, streamId)).content).toEqual(grpcMessage(message));
      }),
      { numRuns: 60 },
    );
  });

  it('may be followed by trailers', async () => {
    const peer = await start();
    peer.send(
      headersFrame(1),
      frame(TYPE.data, 0, 1, grpcMessage(Buffer.from('first'))),
      frame(TYPE.headers, FLAG.endHeaders | FLAG.endStream, 1, headerBlock({ 'x-checksum': '7' })),
    );
    expect((await answerOf(peer, 1)).content.subarray(5).toString()).toBe('first');
  });

  it.each([
    ['that is not there', Buffer.alloc(0)],
    ['that ends within its prefix', Buffer.alloc(4)],
    ['that ends too early', grpcMessage(Buffer.from('early')).subarray(0, 8)],
    [
      'that is followed by another',
      Buffer.concat([grpcMessage(Buffer.alloc(0)), grpcMessage(Buffer.alloc(0))]),
    ],
    ['that is neither compressed nor not', Buffer.of(2, 0, 0, 0, 0)],
  ])('%s is refused with INTERNAL', async (_, content) => {
    expect((await statusOf(content)).status).toBe(Status.INTERNAL);
  });

  it('of the largest size is taken', async () => {
    const peer = await start();
    const message = grpcMessage(Buffer.alloc(MAX_RECEIVE_BYTES, 'm'));
    peer.send(headersFrame(1));
    for (let at = 0; at < message.length; at += 16_384) {
      const isLast = at + 16_384 >= message.length;
      peer.send(frame(TYPE.data, isLast ? FLAG.endStream : 0, 1, message.subarray(at, at + 16_384)));
    }
    peer.send(frame(TYPE.windowUpdate, 0, 0, uint32(1e6)), frame(TYPE.windowUpdate, 0, 1, uint32(1e6)));
    expect((await answerOf(peer, 1)).content).toEqual(message);
  });

  it('that is larger is refused by its length, and the rest of it is not wanted', async () => {
    const peer = await start();
    const prefix = Buffer.concat([Buffer.of(0), uint32(MAX_RECEIVE_BYTES + 1)]);
    peer.send(headersFrame(1), frame(TYPE.data, 0, 1, prefix));
    expect(statusIn((await answerOf(peer, 1)).text)).toBe(Status.RESOURCE_EXHAUSTED);
    expect((await peer.next(TYPE.rstStream, 1)).payload).toEqual(uint32(ErrorCode.NO_ERROR));
    // What was on its way is ignored.
    peer.send(frame(TYPE.data, 0, 1, Buffer.alloc(1000)), callFrames(3, Buffer.from('next')));
    expect((await answerOf(peer, 3)).content.subarray(5).toString()).toBe('next');
  });

  it('that claims to be large takes no memory before it comes', async () => {
    const peer = await start();
    const before = fixture.server.receiveBudget.leftBytes;
    const prefix = Buffer.concat([Buffer.of(0), uint32(MAX_RECEIVE_BYTES)]);
    for (let id = 1; id < 1000; id += 2) peer.send(headersFrame(id), frame(TYPE.data, 0, id, prefix));
    peer.send(frame(TYPE.ping, 0, 0, Buffer.alloc(8)));
    await peer.next(TYPE.ping);
    expect(fixture.server.census().streams).toBe(500);
    expect(before - fixture.server.receiveBudget.leftBytes).toBeLessThan(500 * 1000);
  });
});

describe('a compressed message', () => {
  const compressed = (bytes: Uint8Array) => grpcMessage(bytes, true);

  it('is inflated', async () => {
    const peer = await start();
    peer.send(
      headersFrame(1, { 'grpc-encoding': 'gzip' }),
      frame(TYPE.data, FLAG.endStream, 1, compressed(gzipSync('small'))),
    );
    expect((await answerOf(peer, 1)).content).toEqual(grpcMessage(Buffer.from('small')));
  });

  it('need not be compressed', async () => {
    const peer = await start();
    peer.send(callFrames(1, Buffer.from('as it is'), { 'grpc-encoding': 'gzip' }));
    expect((await answerOf(peer, 1)).content).toEqual(grpcMessage(Buffer.from('as it is')));
  });

  it('that becomes too large is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(10 * 2 ** 20));
    const { status } = await statusOf(compressed(bomb), { 'grpc-encoding': 'gzip' });
    expect(status).toBe(Status.RESOURCE_EXHAUSTED);
  });

  it('is refused where too much is on its way for what it may become', async () => {
    const peer = await start();
    const { receiveBudget } = fixture.server;
    const taken = receiveBudget.leftBytes - 50_000;
    receiveBudget.take(taken);
    const statusOfOne = async (id: number, content: string | Buffer) => {
      const message = compressed(gzipSync(content));
      peer.send(headersFrame(id, { 'grpc-encoding': 'gzip' }), frame(TYPE.data, FLAG.endStream, id, message));
      return statusIn((await answerOf(peer, id)).text);
    };
    expect(await statusOfOne(1, 'small')).toBe(Status.OK);
    expect(await statusOfOne(3, randomBytes(1_000))).toBe(Status.RESOURCE_EXHAUSTED);
    receiveBudget.give(taken);
    expect(await statusOfOne(5, randomBytes(1_000))).toBe(Status.OK);
  });

  it('that is small is taken, however many there are at once', async () => {
    const peer = await start({ options: { maxReceiveBytes: 32 * 2 ** 20 } });
    const ids = Array.from({ length: 100 }, (_, call) => 2 * call + 1);
    const message = compressed(gzipSync('small'));
    const call = (id: number) => [
      headersFrame(id, { 'grpc-encoding': 'gzip' }),
      frame(TYPE.data, FLAG.endStream, id, message),
    ];
    peer.send(...ids.flatMap(call));
    const statuses = await Promise.all(ids.map(async (id) => statusIn((await answerOf(peer, id)).text)));
    expect(new Set(statuses)).toEqual(new Set([Status.OK]));
  });

  it('that is none is refused', async () => {
    const { status } = await statusOf(compressed(Buffer.from('no gzip')), { 'grpc-encoding': 'gzip' });
    expect(status).toBe(Status.INTERNAL);
  });

  it('of another encoding is refused, with those that are known', async () => {
    const { status, text } = await statusOf(compressed(deflateSync('small')), { 'grpc-encoding': 'deflate' });
    expect(status).toBe(Status.UNIMPLEMENTED);
    expect(text).toContain('identity,gzip');
  });

  it('of no encoding is refused', async () => {
    expect((await statusOf(compressed(gzipSync('small')))).status).toBe(Status.INTERNAL);
  });
});

describe('a request', () => {
  it('for another method is UNIMPLEMENTED', async () => {
    const text = await fieldsOf(callFields('/envoy.service.auth.v3.Authorization/Other'));
    expect(statusIn(text)).toBe(Status.UNIMPLEMENTED);
  });

  it('that is no POST is answered with 405', async () => {
    expect(await fieldsOf({ ...callFields(PATH), ':method': 'PUT' })).toContain('405');
  });

  it.each(['text/plain', 'application/grpc-web', ''])(
    'of the type “%s” is answered with 415',
    async (type) => {
      expect(await fieldsOf({ ...callFields(PATH), 'content-type': type })).toContain('415');
    },
  );

  it.each(['application/grpc', 'application/grpc+proto', 'application/grpc;charset=utf-8'])(
    'of the type %s is a call',
    async (type) => {
      expect((await statusOf(Buffer.alloc(5), { 'content-type': type })).text).toMatch(/grpc-status.0/);
    },
  );

  it.each(['', '1', 'm', '123456789m', '1x', '-1m', '1 m'])(
    'with the timeout “%s” is refused',
    async (timeout) => {
      expect((await statusOf(Buffer.alloc(5), { 'grpc-timeout': timeout })).status).toBe(Status.INTERNAL);
    },
  );

  it('whose deadline passes is answered with DEADLINE_EXCEEDED, and its handler told', async () => {
    const aborted = Promise.withResolvers<void>();
    const handler: FixtureOptions['handler'] = async (_, { signal }) => {
      await once(signal, 'abort');
      aborted.resolve();
      return signal.throwIfAborted() ?? Buffer.alloc(0);
    };
    const { status } = await statusOf(Buffer.alloc(5), { 'grpc-timeout': '30m' }, { handler });
    expect(status).toBe(Status.DEADLINE_EXCEEDED);
    await aborted.promise;
  });

  it('has the deadline of its own, whatever others have', async () => {
    const handler = () => new Promise<Uint8Array>(() => {});
    const peer = await start({ handler });
    peer.send(
      callFrames(1, Buffer.alloc(0), { 'grpc-timeout': '1H' }),
      callFrames(3, Buffer.alloc(0), { 'grpc-timeout': '60m' }),
      callFrames(5, Buffer.alloc(0), { 'grpc-timeout': '20000u' }),
    );
    for (const id of [5, 3]) expect(statusIn((await answerOf(peer, id)).text)).toBe(Status.DEADLINE_EXCEEDED);
    expect(peer.frames.some(({ streamId }) => streamId === 1)).toBe(false);
  });

  it('has its metadata read', async () => {
    const handler: FixtureOptions['handler'] = (_, call) =>
      Buffer.from(`${call.metadata('x-first')} ${call.metadata('x-second')}`);
    const peer = await start({ handler });
    peer.send(callFrames(1, Buffer.alloc(0), { 'x-first': 'é' }));
    expect((await answerOf(peer, 1)).content.subarray(5).toString()).toBe('é undefined');
  });
});

it('a handler’s refusal reaches the caller, percent-encoded', async () => {
  const handler = () => {
    throw new StatusError(Status.NOT_FOUND, '100 % größer\n');
  };
  const { status, text } = await statusOf(Buffer.alloc(5), {}, { handler });
  expect(status).toBe(Status.NOT_FOUND);
  expect(text).toContain('100 %25 gr%C3%B6%C3%9Fer%0A');
});

it('answers of one tick go out with one write', async () => {
  const waiting: (() => void)[] = [];
  const handler = () => new Promise<Uint8Array>((resolve) => waiting.push(() => resolve(Buffer.from('all'))));
  const peer = await start({ handler });
  peer.send(...[1, 3, 5, 7].map((id) => callFrames(id)));
  await expect.poll(() => waiting.length).toBe(4);
  const pieces: Buffer[] = [];
  peer.socket.on('data', (bytes: Buffer) => pieces.push(bytes));
  for (const answer of waiting) answer();
  await answerOf(peer, 7);
  expect(pieces).toHaveLength(1);
});

it('calls that fill what is read at once to the last octet are answered, though nothing follows', async () => {
  // Through a unix socket, which hands over at once what was sent at once.
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-grpc-'));
  const peer = await start({ options: { socket: join(dir, 'socket') } });
  // What the peer says first is read by now.
  peer.send(callFrames(1));
  await answerOf(peer, 1);
  const quarter = (streamId: number) =>
    callFrames(streamId, Buffer.alloc(16_384 - callFrames(streamId).length));
  peer.send(Buffer.concat([3, 5, 7, 9].map(quarter)));
  // Long before the connection is looked at for its deadlines, which writes what there is, too.
  for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
  expect(peer.frames.filter(({ flags }) => flags === (FLAG.endStream | FLAG.endHeaders))).toHaveLength(5);
  await rm(dir, { recursive: true });
});
