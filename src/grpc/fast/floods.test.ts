import { afterEach, describe, expect, it } from 'vitest';
import {
  callFields,
  FLAG,
  frame,
  type Http2Peer,
  headerBlock,
  settings,
  TYPE,
  uint32,
} from '../../../test/support/http2-peer.ts';
import { until } from '../../../test/support/until.ts';
import { ErrorCode } from '../http2/error-code.ts';
import { CONNECTION_LIMITS } from '../http2/limits.ts';
import { Status } from '../status.ts';
import {
  answerOf,
  callFrames,
  type Fixture,
  type FixtureOptions,
  headersFrame,
  PATH,
  startFixture,
  statusIn,
} from './server.fixture.ts';

let fixture: Fixture;

/** No budget is earned while a test runs. */
const STRICT = {
  calls: { burst: 100, perSecond: 0 },
  idle: { burst: 1000, perSecond: 0 },
  quickResetMs: 60_000,
};

async function start(options: FixtureOptions = {}): Promise<Http2Peer> {
  fixture = await startFixture({ limits: STRICT, ...options });
  return fixture.connect();
}

afterEach(async () => {
  const { errors } = fixture;
  await fixture.close();
  expect(errors).toEqual([]);
});

/** Another connection is served as if nothing had happened. */
async function othersAreServed(): Promise<void> {
  const other = await fixture.connect();
  other.send(callFrames(1, Buffer.from('well')));
  expect((await answerOf(other, 1)).content.subarray(5).toString()).toBe('well');
}

const never = () => new Promise<Uint8Array>(() => {});
const many = (count: number, frames: (streamId: number) => Buffer) =>
  Buffer.concat(Array.from({ length: count }, (_, index) => frames(2 * index + 1)));

describe('a connection ends with ENHANCE_YOUR_CALM that floods with', () => {
  it.each<[string, (peer: Http2Peer) => void]>([
    [
      'rapid resets (CVE-2023-44487)',
      (peer) =>
        peer.send(
          many(101, (id) => Buffer.concat([headersFrame(id), frame(TYPE.rstStream, 0, id, uint32(8))])),
        ),
    ],
    [
      'streams that it makes the server reset (CVE-2025-8671)',
      (peer) =>
        peer.send(
          many(101, (id) => Buffer.concat([headersFrame(id), frame(TYPE.windowUpdate, 0, id, uint32(0))])),
        ),
    ],
    [
      'malformed requests',
      (peer) => peer.send(many(101, (id) => frame(TYPE.headers, 5, id, Buffer.of(0x82)))),
    ],
    ['PING', (peer) => peer.send(many(101, () => frame(TYPE.ping, 0, 0, Buffer.alloc(8))))],
    ['SETTINGS', (peer) => peer.send(many(101, () => settings([4, 65_535])))],
    ['PRIORITY', (peer) => peer.send(many(1001, () => frame(TYPE.priority, 0, 1, Buffer.alloc(5))))],
    ['WINDOW_UPDATE', (peer) => peer.send(many(1001, () => frame(TYPE.windowUpdate, 0, 0, uint32(1))))],
    ['unknown frames', (peer) => peer.send(many(1001, () => frame(0xfa, 0, 0)))],
    [
      'empty DATA (CVE-2019-9518)',
      (peer) =>
        peer.send(
          headersFrame(1),
          many(1001, () => frame(TYPE.data, 0, 1)),
        ),
    ],
    [
      'padding alone',
      (peer) =>
        peer.send(
          headersFrame(1),
          many(1001, () => frame(TYPE.data, FLAG.padded, 1, Buffer.of(2, 0, 0))),
        ),
    ],
    [
      'empty CONTINUATION (CVE-2024-27316)',
      (peer) =>
        peer.send(
          frame(TYPE.headers, 0, 1),
          many(100, () => frame(TYPE.continuation, 0, 1)),
        ),
    ],
    [
      'a header block without end',
      (peer) =>
        peer.send(
          frame(TYPE.headers, 0, 1),
          many(8, () => frame(TYPE.continuation, 0, 1, headerBlock({ 'x-much': 'x'.repeat(10_000) }))),
        ),
    ],
  ])('%s', async (_, flood) => {
    const peer = await start({ handler: never });
    flood(peer);
    expect(await peer.closed()).toBe(ErrorCode.ENHANCE_YOUR_CALM);
  });
});

it('others are served while one floods', async () => {
  const peer = await start();
  peer.send(many(101, () => frame(TYPE.ping, 0, 0, Buffer.alloc(8))));
  await othersAreServed();
  expect(await peer.closed()).toBe(ErrorCode.ENHANCE_YOUR_CALM);
});

it('one that always has more to say does not keep others waiting', async () => {
  const served: string[] = [];
  const busy = await start({
    handler(message) {
      const sender = message.toString('latin1', 0, 1);
      served.push(sender);
      const untilMs = performance.now() + (sender === 'b' ? 1 : 0);
      while (performance.now() < untilMs);
      return message.subarray(0, 1);
    },
  });
  const other = await fixture.connect();
  const calls = 100;
  const sendCalls = (from: number, message: string) =>
    busy.send(many(calls, (id) => callFrames(from + id, Buffer.alloc(10_000, message))));
  // The kernel takes more from a peer of which much was read.
  sendCalls(0, 'a');
  await answerOf(busy, 2 * calls - 1);
  served.length = 0;
  // What it takes lies there before the server, which runs in this very process, reads any of it.
  sendCalls(2 * calls, 'b');
  other.send(callFrames(1, Buffer.from('o')));
  await answerOf(busy, 4 * calls - 1);
  // A turn takes two reads of 64 KiB.
  expect(served.indexOf('o')).toBeLessThan(20);
});

it('frames that come with calls are no flood', async () => {
  const peer = await start();
  let streamId = -1;
  for (let batch = 0; batch < 8; batch += 1) {
    for (let call = 0; call < 40; call += 1) {
      streamId += 2;
      const updates = Array(4).fill(frame(TYPE.windowUpdate, 0, 0, uint32(10)));
      peer.send(callFrames(streamId), frame(TYPE.ping, 0, 0, Buffer.alloc(8)), ...updates);
    }
    await answerOf(peer, streamId);
  }
  expect(peer.isClosed).toBe(false);
});

describe('streams', () => {
  it('are refused over the limit, and taken again when others have ended', async () => {
    const waiting: (() => void)[] = [];
    const handler = () => new Promise<Uint8Array>((resolve) => waiting.push(() => resolve(Buffer.alloc(0))));
    const peer = await start({ handler, limits: { ...STRICT, maxConcurrentStreams: 3 } });
    peer.send(many(4, callFrames));
    expect((await peer.next(TYPE.rstStream)).streamId).toBe(7);
    expect(peer.frames.find(({ type }) => type === TYPE.rstStream)?.payload).toEqual(
      uint32(ErrorCode.REFUSED_STREAM),
    );
    for (const answer of waiting.splice(0)) answer();
    await answerOf(peer, 5);
    peer.send(callFrames(9));
    await until(() => waiting.length === 1, 'the next call runs');
    waiting[0]?.();
    await answerOf(peer, 9);
  });

  it('that are reset count until their work is done, so that no more runs than may', async () => {
    let running = 0;
    let most = 0;
    const finish: (() => void)[] = [];
    const handler = () => {
      running += 1;
      most = Math.max(most, running);
      return new Promise<Uint8Array>((resolve) =>
        finish.push(() => {
          running -= 1;
          resolve(Buffer.alloc(0));
        }),
      );
    };
    const peer = await start({ handler, limits: { ...STRICT, maxConcurrentStreams: 5 } });
    peer.send(many(30, (id) => Buffer.concat([callFrames(id), frame(TYPE.rstStream, 0, id, uint32(8))])));
    await until(
      () => peer.frames.filter(({ type }) => type === TYPE.rstStream).length === 25,
      '25 are refused',
    );
    expect(most).toBe(5);
    for (const end of finish.splice(0)) end();
    await until(() => running === 0, 'the work is done');
    // Nobody is answered, and there is room again.
    peer.send(callFrames(61));
    await until(() => finish.length === 1, 'the next call runs');
    finish[0]?.();
    await answerOf(peer, 61);
    expect(peer.frames.filter(({ type }) => type === TYPE.headers)).toHaveLength(2);
  });

  it('that are reset tell their handlers, whose answers are dropped', async () => {
    const started = Promise.withResolvers<AbortSignal>();
    const answer = Promise.withResolvers<Uint8Array>();
    const peer = await start({
      handler: (_, call) => {
        started.resolve(call.signal);
        return answer.promise;
      },
    });
    peer.send(callFrames(1));
    const signal = await started.promise;
    peer.send(frame(TYPE.rstStream, 0, 1, uint32(ErrorCode.CANCEL)));
    await until(() => signal.aborted, 'the handler is told');
    answer.resolve(Buffer.from('too late'));
    peer.send(frame(TYPE.ping, 0, 0, Buffer.from('are you?')));
    await peer.next(TYPE.ping);
    expect(peer.frames.filter(({ streamId }) => streamId === 1)).toEqual([]);
  });

  it('tell their handlers when the connection breaks', async () => {
    const started = Promise.withResolvers<AbortSignal>();
    const peer = await start({
      handler: (_, call) => {
        started.resolve(call.signal);
        return never();
      },
    });
    peer.send(callFrames(1));
    const signal = await started.promise;
    peer.socket.resetAndDestroy();
    await until(() => signal.aborted, 'the handler is told');
    expect(fixture.server.census()).toEqual({ connections: 0, streams: 0 });
  });
});

describe('header compression', () => {
  /** A field of 4,000 octets that goes into the table, then as many references to it as a block holds. */
  const bomb = () => {
    const entry = Buffer.concat([Buffer.of(0x40, 1, 0x78, 0x7f, 0xa1, 0x1e), Buffer.alloc(4000, 0x79)]);
    return Buffer.concat([headerBlock(callFields(PATH)), entry, Buffer.alloc(10_000, 0xbe)]);
  };

  it('that makes much of little (an HPACK bomb) is refused, and nothing of it kept', async () => {
    const peer = await start();
    const before = process.memoryUsage();
    for (let call = 0; call < 50; call += 1) {
      const streamId = 2 * call + 1;
      peer.send(frame(TYPE.headers, FLAG.endHeaders | FLAG.endStream, streamId, bomb()));
      expect(statusIn((await answerOf(peer, streamId)).text)).toBe(Status.RESOURCE_EXHAUSTED);
    }
    // Fifty times 40 MB, if it were kept.
    expect(process.memoryUsage().rss - before.rss).toBeLessThan(200 * 2 ** 20);
    await othersAreServed();
  });

  it.each([
    ['a table larger than allowed', Buffer.of(0x3f, 0xe2, 0x1f)],
    ['a table that changes its size again and again', Buffer.alloc(1000, 0x20)],
    ['an index beyond the tables', Buffer.of(0xff, 0xff, 0x01)],
    ['a string longer than the block', Buffer.of(0x00, 0x7f, 0xff, 0x7f)],
  ])('with %s ends the connection', async (_, block) => {
    const peer = await start();
    peer.send(frame(TYPE.headers, FLAG.endHeaders, 1, block));
    expect(await peer.closed()).toBe(ErrorCode.COMPRESSION_ERROR);
  });

  it('survives calls that are refused: the next ones refer to their fields', async () => {
    const peer = await start({ limits: { ...STRICT, maxConcurrentStreams: 0 } });
    const path = Buffer.concat([Buffer.of(0x44, PATH.length), Buffer.from(PATH)]);
    peer.send(frame(TYPE.headers, FLAG.endHeaders, 1, Buffer.concat([Buffer.of(0x83, 0x86), path])));
    await peer.next(TYPE.rstStream);
    // Index 62 is the path that came with the refused call.
    peer.send(frame(TYPE.headers, FLAG.endHeaders, 3, Buffer.of(0x83, 0x86, 0xbe)));
    expect((await peer.next(TYPE.rstStream, 3)).payload).toEqual(uint32(ErrorCode.REFUSED_STREAM));
    expect(peer.isClosed).toBe(false);
  });
});

it('metadata over the limit is refused, not the connection', async () => {
  const peer = await start();
  const metadata = { 'x-much': 'x'.repeat(CONNECTION_LIMITS.maxHeaderListBytes / 4) };
  const fields = {
    ...metadata,
    'x-more': metadata['x-much'],
    'x-most': metadata['x-much'],
    'x-end': metadata['x-much'],
  };
  const block = headerBlock(callFields(PATH, fields));
  const parts = [block.subarray(0, 16_384), block.subarray(16_384, 32_768), block.subarray(32_768)];
  peer.send(
    frame(TYPE.headers, FLAG.endStream, 1, parts[0]),
    frame(TYPE.continuation, 0, 1, parts[1]),
    frame(TYPE.continuation, FLAG.endHeaders, 1, parts[2]),
  );
  expect(statusIn((await answerOf(peer, 1)).text)).toBe(Status.RESOURCE_EXHAUSTED);
  peer.send(callFrames(3));
  await answerOf(peer, 3);
});
