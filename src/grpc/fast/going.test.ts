import { afterEach, describe, expect, it } from 'vitest';
import { FLAG, frame, type Http2Peer, TYPE } from '../../../test/support/http2-peer.ts';
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

async function start(options: FixtureOptions): Promise<Http2Peer> {
  fixture = await startFixture(options);
  return fixture.connect();
}

afterEach(async () => {
  const { errors } = fixture;
  await fixture.close();
  expect(errors).toEqual([]);
});

/** A handler that waits until it is told what to answer. */
function waiting() {
  const started = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Uint8Array>();
  return {
    handler: () => {
      started.resolve();
      return answer.promise;
    },
    started: started.promise,
    answer: answer.resolve,
  };
}

const lastStreamOf = (goAway: { payload: Buffer }) => goAway.payload.readUInt32BE(0);
const pong = (ping: { payload: Buffer }) => frame(TYPE.ping, FLAG.ack, 0, ping.payload);

describe('a server that closes', () => {
  it('has calls sent elsewhere, and answers those that it took (RFC 9113 6.8)', async () => {
    const call = waiting();
    const peer = await start(call);
    peer.send(callFrames(1));
    await call.started;
    const closed = fixture.server.close(10_000);
    const announced = await peer.next(TYPE.goAway);
    expect(lastStreamOf(announced)).toBe(2 ** 31 - 1);
    // What was sent before the peer knew is taken.
    peer.send(callFrames(3), pong(await peer.next(TYPE.ping)));
    expect(lastStreamOf(await peer.next(TYPE.goAway))).toBe(3);
    // What is sent after that is not, nor is it an error.
    peer.send(callFrames(5), frame(TYPE.ping, 0, 0, Buffer.from('have you')));
    await peer.next(TYPE.ping);
    call.answer(Buffer.from('done'));
    expect((await answerOf(peer, 1)).content.subarray(5).toString()).toBe('done');
    expect((await answerOf(peer, 3)).content.subarray(5).toString()).toBe('done');
    expect(await peer.closed()).toBe(ErrorCode.NO_ERROR);
    expect(peer.frames.some(({ streamId }) => streamId === 5)).toBe(false);
    peer.close();
    await closed;
  });

  it('does not wait for a peer that does not answer', async () => {
    const peer = await start({});
    peer.send(callFrames(1));
    await answerOf(peer, 1);
    const closed = fixture.server.close(30_000);
    expect(await peer.closed()).toBe(ErrorCode.NO_ERROR);
    // The peer keeps its end open: the server does not wait for that either.
    await closed;
  });

  it('cuts calls when its grace is over', async () => {
    const call = waiting();
    const peer = await start(call);
    peer.send(callFrames(1));
    await call.started;
    await fixture.server.close(50);
    await until(() => peer.isClosed, 'the connection is cut');
    expect(fixture.server.census()).toEqual({ connections: 0, streams: 0 });
  });

  it('says that it does not serve, and takes no connection', async () => {
    const peer = await start({});
    const closed = fixture.server.close(1000);
    await expect(fixture.connect()).rejects.toThrow('ECONNREFUSED');
    peer.close();
    await closed;
  });
});

describe('a connection', () => {
  it('that is older than it may be is left, and cut after its grace', async () => {
    const call = waiting();
    const peer = await start({ ...call, options: { maxConnectionAge: { ms: 500, graceMs: 2000 } } });
    peer.send(callFrames(1));
    peer.behave();
    expect(lastStreamOf(await peer.next(TYPE.goAway))).toBe(2 ** 31 - 1);
    expect(lastStreamOf(await peer.next(TYPE.goAway))).toBe(1);
    expect(peer.isClosed).toBe(false);
    await peer.closed();
    call.answer(Buffer.alloc(0));
  });

  it('without calls is left', async () => {
    const peer = await start({ deadlines: { idleMs: 100 } });
    peer.behave();
    expect(await peer.closed()).toBe(ErrorCode.NO_ERROR);
  });

  it('with a call is not idle', async () => {
    const call = waiting();
    const peer = await start({ ...call, deadlines: { idleMs: 1000, keepaliveMs: 400 } });
    peer.behave();
    peer.send(callFrames(1));
    await call.started;
    // Each PING comes after 400 ms of silence.
    for (let ping = 0; ping < 4; ping += 1) await peer.next(TYPE.ping);
    expect(peer.frames.some(({ type }) => type === TYPE.goAway)).toBe(false);
    call.answer(Buffer.alloc(0));
    await answerOf(peer, 1);
    expect(await peer.closed()).toBe(ErrorCode.NO_ERROR);
  });

  it('that its peer leaves ends when its calls are answered', async () => {
    const call = waiting();
    const peer = await start(call);
    peer.send(callFrames(1));
    await call.started;
    peer.send(frame(TYPE.goAway, 0, 0, Buffer.alloc(8)));
    await peer.next(TYPE.goAway);
    call.answer(Buffer.from('done'));
    expect((await answerOf(peer, 1)).content.subarray(5).toString()).toBe('done');
    expect(await peer.closed()).toBe(ErrorCode.NO_ERROR);
  });

  it('that its peer leaves ends when its last call is reset for never being whole', async () => {
    const peer = await start({ deadlines: { requestMs: 200 } });
    peer.send(headersFrame(1), frame(TYPE.goAway, 0, 0, Buffer.alloc(8)));
    await peer.next(TYPE.rstStream);
    expect(await peer.closed()).toBe(ErrorCode.NO_ERROR);
  });
});
