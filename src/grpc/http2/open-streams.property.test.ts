import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OpenStreams } from './open-streams.ts';
import { ServerStream, type StreamOwner } from './stream.ts';

const OWNER: StreamOwner = { answer() {}, refuse() {}, settled() {} };
const streamOf = (id: number) => new ServerStream(OWNER, id, 0, { receive: 0, send: 0 });
/** Few numbers that fall on few places, and some that lie far away. */
const id = fc.oneof(
  fc.integer({ min: 0, max: 200 }),
  fc.constantFrom(0, 64, 128, 192, 256, 2 ** 20, 2 ** 30 - 1),
);
const step = fc.record({ adds: fc.boolean(), id: id.map((place) => 2 * place + 1) });

test('they are what a map of them is, whatever is opened and closed in whatever order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600 }), (steps) => {
      const streams = new OpenStreams();
      const model = new Map<number, ServerStream>();
      for (const { adds, id } of steps) {
        if (!adds) {
          streams.delete(id);
          model.delete(id);
        } else if (!model.has(id)) {
          const stream = streamOf(id);
          streams.add(stream);
          model.set(id, stream);
        }
        expect(streams.get(id)).toBe(model.get(id));
        expect(streams.size).toBe(model.size);
      }
      for (const [id, stream] of model) expect(streams.get(id)).toBe(stream);
      expect(new Set(streams.all())).toEqual(new Set(model.values()));
    }),
  );
});
