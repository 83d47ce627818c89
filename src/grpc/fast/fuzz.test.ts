import { afterEach, expect, it } from 'vitest';
import { answersTo, fuzz } from './fuzz.fixture.ts';
import { cut, mutatedSession } from './mutated-session.fixture.ts';
import { Random } from './random.fixture.ts';
import { answerOf, callFrames, type Fixture, startFixture } from './server.fixture.ts';

/** Some seconds' worth; scripts/fuzz-grpc.ts does as much as one likes. */
const FRAMES = 200_000;
const SOCKETS = 300;

let fixture: Fixture | undefined;
afterEach(async () => {
  await fixture?.close();
  fixture = undefined;
});

it(`${FRAMES.toLocaleString('en')} frames of nonsense harm nobody`, { timeout: 180_000 }, async () => {
  const { frames, calls, ended, sessions } = await fuzz(FRAMES, 1);
  expect(frames).toBeGreaterThanOrEqual(FRAMES);
  // Some of it makes sense, and some does not.
  expect(calls).toBeGreaterThan(1000);
  expect(ended).toBeGreaterThan(1000);
  expect(ended).toBeLessThan(sessions);
});

it('a session is answered the same however its octets are cut', () => {
  for (let seed = 0; seed < 500; seed += 1) {
    const session = Buffer.concat(mutatedSession(new Random(seed)));
    expect(answersTo(cut(session, new Random(seed))), `seed ${seed}`).toEqual(answersTo([session]));
  }
});

it('nonsense over sockets leaves nothing, and others are served', { timeout: 60_000 }, async () => {
  fixture = await startFixture();
  const random = new Random(7);
  for (let session = 0; session < SOCKETS; session += 1) {
    const peer = await fixture.connect({ greets: false });
    peer.send(...mutatedSession(random));
    if (random.below(2) === 0) peer.close();
  }
  const other = await fixture.connect();
  other.send(callFrames(1, Buffer.from('well')));
  expect((await answerOf(other, 1)).content.subarray(5).toString()).toBe('well');
  expect(fixture.errors).toEqual([]);
});
