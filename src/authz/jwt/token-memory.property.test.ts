import { hash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenMemory } from './token-memory.ts';

const digestOf = (name: number) => hash('sha256', String(name), 'latin1');

/** CLOCK as its paper has it, without a thought of how long it takes. */
class Clock {
  readonly #slots: { name: number; value: string | undefined; isUsed: boolean }[] = [];
  readonly #capacity: number;
  #hand = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#slots.filter(({ value }) => value !== undefined).length;
  }

  find(name: number): string | undefined {
    const slot = this.#slotOf(name);
    if (slot === undefined) return undefined;
    slot.isUsed = true;
    return slot.value;
  }

  set(name: number, value: string): void {
    const slot = this.#slotOf(name);
    if (slot !== undefined) slot.value = value;
    else if (this.#slots.length < this.#capacity) this.#slots.push({ name, value, isUsed: false });
    else {
      for (let at = this.#slots[this.#hand]; at?.isUsed; at = this.#slots[this.#hand]) {
        at.isUsed = false;
        this.#hand = (this.#hand + 1) % this.#capacity;
      }
      this.#slots[this.#hand] = { name, value, isUsed: false };
      this.#hand = (this.#hand + 1) % this.#capacity;
    }
  }

  delete(name: number): void {
    const slot = this.#slotOf(name);
    if (slot?.value === undefined) return;
    slot.value = undefined;
    slot.isUsed = false;
  }

  #slotOf(name: number) {
    return this.#slots.find((slot) => slot.name === name);
  }
}

const names = fc.nat(30);
const steps = fc.array(
  fc.oneof(
    fc.record({ step: fc.constant('set' as const), name: names }),
    fc.record({ step: fc.constant('find' as const), name: names }),
    fc.record({ step: fc.constant('delete' as const), name: names }),
  ),
  { maxLength: 300, size: 'max' },
);

test('holds what a clock of this capacity holds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), steps, (capacity, all) => {
      const memory = new TokenMemory<string>(capacity);
      const clock = new Clock(capacity);
      for (const [time, { step, name }] of all.entries()) {
        if (step === 'find') expect(memory.find(digestOf(name))).toBe(clock.find(name));
        else if (step === 'delete') {
          memory.delete(digestOf(name));
          clock.delete(name);
        } else {
          memory.set(digestOf(name), `${name} at ${time}`);
          clock.set(name, `${name} at ${time}`);
        }
        expect(memory.size).toBe(clock.size);
      }
      for (let name = 0; name <= 30; name += 1) {
        expect(memory.find(digestOf(name))).toBe(clock.find(name));
      }
    }),
  );
});

test('a token that comes again and again is not pushed out by any number that come once', () => {
  const memory = new TokenMemory<string>(100);
  memory.set(digestOf(-1), 'comes again');
  for (let name = 0; name < 10_000; name += 1) {
    if (name % 50 === 0) expect(memory.find(digestOf(-1))).toBe('comes again');
    memory.set(digestOf(name), 'comes once');
  }
  expect(memory.size).toBe(100);
});
