import { afterEach, describe, expect, it } from 'vitest';
import {
  FLAG,
  frame,
  grpcMessage,
  type Http2Peer,
  PREFACE,
  settings,
  TYPE,
  uint32,
} from '../../../test/support/http2-peer.ts';
import { until } from '../../../test/support/until.ts';
import { ErrorCode } from '../http2/error-code.ts';
import {
  answerOf,
  callFrames,
  type Fixture,
  type FixtureOptions,
  headersFrame,
  startFixture,
} from './server.fixture.ts';

let fixture: Fixture;

async function start(options: FixtureOptions, greets = true): Promise<Http2Peer> {
  fixture = await startFixture(options);
  return fixture.connect({ greets });
}

afterEach(async () => {
  const { errors } = fixture;
  await fixture.close();
  expect(errors).toEqual([]);
});

const SOON_MS = 200;
const OPEN_WINDOWS = Buffer.concat([
  settings([4, 2 ** 31 - 1]),
  frame(TYPE.windowUpdate, 0, 0, uint32(2 ** 31 - 65_536)),
]);

/** Sends octet after octet, each with a moment's rest, until there are no more or the connection is closed. */
async function dribble(peer: Http2Peer, bytes: Uint8Array): Promise<void> {
  for (const octet of bytes) {
    if (peer.isClosed) return;
    peer.send(Buffer.of(octet));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a connection is closed', () => {
  it('that does not begin', async () => {
    const peer = await start({ deadlines: { handshakeMs: SOON_MS } }, false);
    expect(await peer.closed()).toBe(ErrorCode.ENHANCE_YOUR_CALM);
  });

  it('that begins octet by octet', async () => {
    const peer = await start({ deadlines: { handshakeMs: SOON_MS } }, false);
    await dribble(peer, Buffer.concat([PREFACE, settings([4, 1])]));
    expect(await peer.closed()).toBe(ErrorCode.ENHANCE_YOUR_CALM);
  });

  it('that is not HTTP/2', async () => {
    const peer = await start({}, false);
    peer.send(Buffer.from('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'));
    expect(await peer.closed()).toBe(ErrorCode.PROTOCOL_ERROR);
  });

  it.each([
    ['frame', frame(TYPE.data, 0, 1, Buffer.alloc(1000)).subarray(0, 900)],
    ['frame header', frame(TYPE.ping, 0, 0, Buffer.alloc(8)).subarray(0, 5)],
    ['header block', frame(TYPE.headers, 0, 3, Buffer.of(0x82))],
  ])('whose %s does not end', async (_, part) => {
    const peer = await start({ deadlines: { frameMs: SOON_MS } });
    peer.send(headersFrame(1), part);
    expect(await peer.closed()).toBe(ErrorCode.ENHANCE_YOUR_CALM);
  });

  it('whose frame comes octet by octet', async () => {
    const peer = await start({ deadlines: { frameMs: SOON_MS } });
    peer.send(headersFrame(1));
    await dribble(peer, frame(TYPE.data, 0, 1, Buffer.alloc(1000)));
    expect(await peer.closed()).toBe(ErrorCode.ENHANCE_YOUR_CALM);
  });

  it('that does not answer PING, whatever it waits for', async () => {
    const peer = await start({
      handler: () => new Promise<Uint8Array>(() => {}),
      deadlines: { keepaliveMs: SOON_MS, keepaliveTimeoutMs: SOON_MS },
    });
    peer.send(callFrames(1));
    await peer.next(TYPE.ping);
    expect(await peer.closed()).toBe(ErrorCode.ENHANCE_YOUR_CALM);
  });

  it('that has no window for its answer', async () => {
    const peer = await start({ deadlines: { stalledMs: SOON_MS } });
    peer.send(settings([4, 0]), callFrames(1, Buffer.from('hungry')));
    await peer.next(TYPE.headers, 1);
    expect(await peer.closed()).toBe(ErrorCode.ENHANCE_YOUR_CALM);
  });

  it('that has no window for many answers, before they take much memory', async () => {
    const peer = await start({ limits: { maxPendingBytes: 50_000 } });
    peer.send(
      settings([4, 0]),
      ...Array.from({ length: 6 }, (_, call) => callFrames(2 * call + 1, Buffer.alloc(10_000))),
    );
    expect(await peer.closed()).toBe(ErrorCode.ENHANCE_YOUR_CALM);
  });

  it('that does not read', async () => {
    const peer = await start({ handler: () => Buffer.alloc(100_000), deadlines: { stalledMs: SOON_MS } });
    peer.send(OPEN_WINDOWS);
    peer.socket.pause();
    for (let call = 0; call < 200; call += 1) peer.send(callFrames(2 * call + 1));
    await until(() => fixture.server.census().connections === 0, 'the server closes the connection');
  });
});

it('a peer that answers PING may stay', async () => {
  const peer = await start({ deadlines: { keepaliveMs: 50, keepaliveTimeoutMs: 5000 } });
  peer.behave();
  await peer.next(TYPE.ping);
  await peer.next(TYPE.ping);
  expect(peer.isClosed).toBe(false);
});

it('a request that does not end is reset, and the connection stays', async () => {
  const peer = await start({ deadlines: { requestMs: SOON_MS } });
  peer.send(headersFrame(1), frame(TYPE.data, 0, 1, grpcMessage(Buffer.alloc(100)).subarray(0, 50)));
  expect((await peer.next(TYPE.rstStream, 1)).payload).toEqual(uint32(ErrorCode.CANCEL));
  peer.send(callFrames(3, Buffer.from('whole')));
  expect((await answerOf(peer, 3)).content.subarray(5).toString()).toBe('whole');
});

it('from a peer that does not read nothing more is read until it does', async () => {
  let calls = 0;
  const peer = await start({
    handler: () => {
      calls += 1;
      return Buffer.alloc(100_000);
    },
  });
  const count = 500;
  peer.send(OPEN_WINDOWS);
  peer.socket.pause();
  for (let call = 0; call < count; call += 1) peer.send(callFrames(2 * call + 1));
  let seen = -1;
  await until(() => {
    const stands = calls > 0 && calls === seen;
    seen = calls;
    return stands;
  }, 'the server stops');
  expect(calls).toBeLessThan(count);
  peer.socket.resume();
  await answerOf(peer, 2 * count - 1);
  expect(calls).toBe(count);
});

describe('flow control', () => {
  it('sends what windows take, and the rest as they open', async () => {
    const content = Buffer.from('twenty octets of text');
    const peer = await start({});
    peer.send(settings([4, 7]), callFrames(1, content));
    expect((await peer.next(TYPE.data)).payload).toHaveLength(7);
    peer.send(frame(TYPE.windowUpdate, 0, 1, uint32(5)));
    expect((await peer.next(TYPE.data)).payload).toHaveLength(5);
    // 6.9.2: less than what has been sent; it opens when as much has come again.
    peer.send(
      settings([4, 0]),
      frame(TYPE.windowUpdate, 0, 1, uint32(7)),
      frame(TYPE.windowUpdate, 0, 1, uint32(100)),
    );
    expect((await answerOf(peer, 1)).content.subarray(5)).toEqual(content);
  });

  it('forgets what a stream has not sent when it is reset', async () => {
    const peer = await start({ deadlines: { stalledMs: 1000, keepaliveMs: 500 } });
    peer.behave();
    peer.send(settings([4, 7]), callFrames(1, Buffer.alloc(100)));
    await peer.next(TYPE.data, 1);
    peer.send(frame(TYPE.rstStream, 0, 1, uint32(ErrorCode.CANCEL)), settings([4, 1000]));
    peer.send(callFrames(3, Buffer.alloc(10)));
    await answerOf(peer, 3);
    // Long after an answer that waits would have ended the connection.
    for (let ping = 0; ping < 3; ping += 1) await peer.next(TYPE.ping);
    expect(peer.frames.filter(({ streamId, type }) => streamId === 1 && type === TYPE.data)).toHaveLength(1);
  });

  it('holds all answers together to the window of the connection', async () => {
    const peer = await start({ handler: () => Buffer.alloc(60_000) });
    peer.send(settings([4, 2 ** 31 - 1]), callFrames(1), callFrames(3));
    await answerOf(peer, 1);
    const received = () =>
      peer.frames.reduce((sum, { type, payload }) => sum + (type === TYPE.data ? payload.length : 0), 0);
    await until(() => received() === 65_535, 'the window is used up');
    peer.send(frame(TYPE.windowUpdate, 0, 0, uint32(100_000)));
    expect((await answerOf(peer, 3)).content).toHaveLength(60_005);
  });

  it('opens windows for messages that are larger than they are', async () => {
    const limits = { streamWindowBytes: 1000, connectionWindowBytes: 65_535 };
    const peer = await start({ limits });
    const message = grpcMessage(Buffer.alloc(5000, 'm'));
    peer.send(headersFrame(1));
    for (let at = 0; at < message.length; at += 900) {
      peer.send(
        frame(TYPE.data, at + 900 < message.length ? 0 : FLAG.endStream, 1, message.subarray(at, at + 900)),
      );
      if (at + 900 < message.length) await peer.next(TYPE.windowUpdate, 1);
    }
    expect((await answerOf(peer, 1)).content).toEqual(message);
  });

  it('resets a stream that has more than its window', async () => {
    const peer = await start({ limits: { streamWindowBytes: 1000 } });
    peer.send(headersFrame(1), frame(TYPE.data, 0, 1, Buffer.alloc(1001)));
    expect((await peer.next(TYPE.rstStream, 1)).payload).toEqual(uint32(ErrorCode.FLOW_CONTROL_ERROR));
  });

  it('ends a connection that has more than its window', async () => {
    const peer = await start({ limits: { connectionWindowBytes: 10_000 } });
    peer.send(headersFrame(1), frame(TYPE.data, 0, 1, Buffer.alloc(10_001)));
    expect(await peer.closed()).toBe(ErrorCode.FLOW_CONTROL_ERROR);
  });

  it('counts what comes on streams that are closed', async () => {
    const peer = await start({ limits: { connectionWindowBytes: 65_535 } });
    peer.send(callFrames(1));
    await answerOf(peer, 1);
    peer.send(...Array.from({ length: 3 }, () => frame(TYPE.data, 0, 1, Buffer.alloc(16_384))));
    expect((await peer.next(TYPE.windowUpdate, 0)).payload.readUInt32BE()).toBeGreaterThanOrEqual(32_768);
  });
});
