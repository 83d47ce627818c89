import fc from 'fast-check';
import { expect, it } from 'vitest';
import { frame, settings, TYPE, uint32 } from '../../../test/support/http2-peer.ts';
import { Flag } from './frame.ts';
import { Output } from './output.ts';

/** What is said, and what that is on the wire. */
interface Said {
  say(output: Output): void;
  wire: Buffer;
}

const id = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const bytes = fc.uint8Array({ maxLength: 60 }).map((content) => Buffer.from(content));
const said: fc.Arbitrary<Said> = fc.oneof(
  fc.tuple(id, bytes).map(([stream, block]) => ({
    say: (output: Output) => output.headers(stream, Flag.END_STREAM, block),
    wire: frame(TYPE.headers, 5, stream, block),
  })),
  fc.tuple(id, bytes, bytes).map(([stream, prefix, content]) => ({
    say: (output: Output) => output.data(stream, 0, prefix, content),
    wire: frame(TYPE.data, 0, stream, Buffer.concat([prefix, content])),
  })),
  fc.tuple(id, fc.constantFrom(0, 8, 11)).map(([stream, code]) => ({
    say: (output: Output) => output.rstStream(stream, code as 8),
    wire: frame(TYPE.rstStream, 0, stream, uint32(code)),
  })),
  fc.tuple(id, id).map(([stream, increment]) => ({
    say: (output: Output) => output.windowUpdate(stream, increment),
    wire: frame(TYPE.windowUpdate, 0, stream, uint32(increment)),
  })),
  fc.uint8Array({ minLength: 8, maxLength: 8 }).map((payload) => ({
    say: (output: Output) => output.ping(Flag.ACK, payload),
    wire: frame(TYPE.ping, 1, 0, payload),
  })),
  fc.tuple(id, fc.constantFrom('', 'too many frames')).map(([stream, text]) => ({
    say: (output: Output) => output.goAway(stream, 11, text),
    wire: frame(TYPE.goAway, 0, 0, Buffer.concat([uint32(stream), uint32(11), Buffer.from(text)])),
  })),
  fc.constant({
    say(output: Output) {
      output.settings([[3, 100]]);
      output.settingsAck();
    },
    wire: Buffer.concat([settings([3, 100]), frame(TYPE.settings, 1, 0)]),
  }),
);

it('writes what was said, however much it is, and whether or not its buffers are free again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.array(said, { maxLength: 120, size: 'max' }), fc.boolean())),
      (turns) => {
        const output = new Output();
        const kept: { written: Buffer; wire: Buffer }[] = [];
        for (const [all, isFree] of turns) {
          for (const { say } of all) say(output);
          const wire = Buffer.concat(all.map((each) => each.wire));
          output.flush((written) => {
            expect(written).toEqual(wire);
            if (!isFree) kept.push({ written, wire });
            return isFree;
          });
          expect(output.isEmpty).toBe(true);
        }
        for (const { written, wire } of kept) expect(written).toEqual(wire);
      },
    ),
  );
});
