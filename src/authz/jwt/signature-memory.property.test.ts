import { hash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SignatureMemory } from './signature-memory.ts';

const digestOf = (name: number) => hash('sha256', String(name), 'latin1');

test('remembers who signed the latest tokens, so many and no others', () => {
  const names = fc.array(fc.nat(30), { maxLength: 200 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), names, (capacity, signed) => {
      const memory = new SignatureMemory(capacity);
      const latest: number[] = [];
      for (const name of signed) {
        if (memory.find(digestOf(name)) === undefined) {
          memory.add(digestOf(name), `key of ${name}`);
          latest.push(name);
          if (latest.length > capacity) latest.shift();
        }
        expect(memory.size).toBe(latest.length);
      }
      for (let name = 0; name <= 30; name += 1) {
        const expected = latest.includes(name) ? `key of ${name}` : undefined;
        expect(memory.find(digestOf(name))).toBe(expected);
      }
    }),
  );
});

test('a token that is signed anew by another key is that one’s', () => {
  const memory = new SignatureMemory(2);
  memory.add(digestOf(1), 'old');
  memory.add(digestOf(1), 'new');
  expect(memory.find(digestOf(1))).toBe('new');
  memory.add(digestOf(2), 'other');
  expect(memory.find(digestOf(1))).toBe('new');
});
