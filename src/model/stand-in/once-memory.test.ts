import { expect, it } from 'vitest';
import { createOnceMemory } from './once-memory.ts';

it('remembers by prompt until nothing is left to remember', () => {
  const memory = createOnceMemory();
  memory.set('a', new Set([1]));
  expect(memory.get('a')).toEqual(new Set([1]));
  expect(memory.get('b')).toEqual(new Set());
  memory.set('a', new Set());
  expect(memory.get('a')).toEqual(new Set());
});

it('forgets the prompt that was used longest ago when there are over a thousand', () => {
  const memory = createOnceMemory();
  for (let count = 0; count <= 1_000; count += 1) {
    memory.set(`prompt ${count}`, new Set([0]));
    memory.set('prompt 0', new Set([0]));
  }
  expect(memory.get('prompt 0').size).toBe(1);
  expect(memory.get('prompt 1').size).toBe(0);
  expect(memory.get('prompt 2').size).toBe(1);
});
