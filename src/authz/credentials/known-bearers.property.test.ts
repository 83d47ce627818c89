import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KnownBearers } from './known-bearers.ts';

const value = fc.uint8Array({ minLength: 1, maxLength: 200 });

test('a value that was kept is found, whatever came in between', () => {
  fc.assert(
    fc.property(value, fc.array(value, { maxLength: 5 }), (known, others) => {
      const bearers = new KnownBearers();
      bearers.keep(known, 'digest');
      for (const other of others) bearers.find(other);
      expect(bearers.find(Uint8Array.from(known))).toBe('digest');
    }),
  );
});

test('no other value is: with one byte changed, taken away or added, or two that have changed places', () => {
  const change = fc.record({ at: fc.nat(), by: fc.integer({ min: 1, max: 255 }), with: fc.nat() });
  fc.assert(
    fc.property(value, change, (known, { at, by, with: other }) => {
      const bearers = new KnownBearers();
      bearers.keep(known, 'digest');
      const first = at % known.length;
      const second = other % known.length;
      const changed = known.with(first, (known[first] as number) + by);
      const swapped = known.with(first, known[second] as number).with(second, known[first] as number);
      const [shorter, longer] = [known.subarray(0, -1), Uint8Array.of(...known, 0)];
      for (const each of [changed, longer, ...(shorter.length > 0 ? [shorter] : [])]) {
        expect(bearers.find(each)).toBeUndefined();
      }
      expect(bearers.find(swapped)).toBe(known[first] === known[second] ? 'digest' : undefined);
    }),
  );
});

test('each of thousands has its own digest, or none once another has its place', () => {
  const bearers = new KnownBearers();
  const values = Array.from({ length: 5_000 }, (_, n) =>
    Buffer.from(`Bearer ${n}`.padEnd(40 + (n % 900), 'x')),
  );
  for (const [n, each] of values.entries()) bearers.keep(each, String(n));
  const found = values.map((each) => bearers.find(each));
  for (const [n, digest] of found.entries()) expect([undefined, String(n)]).toContain(digest);
  expect(found.filter((digest) => digest !== undefined).length).toBeGreaterThan(900);
});

test('one of the greatest length is found, a longer one is not kept', () => {
  const bearers = new KnownBearers();
  const longest = new Uint8Array(2048).fill(0x61);
  bearers.keep(longest, 'digest');
  expect(bearers.find(longest)).toBe('digest');
  expect(bearers.find(longest.with(2047, 0x62))).toBeUndefined();
  const longer = new Uint8Array(2049).fill(0x61);
  bearers.keep(longer, 'longer');
  expect(bearers.find(longer)).toBeUndefined();
});

test('what one process finds is no other’s', () => {
  const [one, other] = [new KnownBearers(), new KnownBearers()];
  const known = Buffer.from('Bearer t.u.v');
  one.keep(known, 'digest');
  expect(other.find(known)).toBeUndefined();
});
