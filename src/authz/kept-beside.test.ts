import { expect, test } from 'vitest';
import { createKeptBeside } from './kept-beside.ts';

test('keeps a value of each owner, which another place does not see', () => {
  const numbers = createKeptBeside<object, number>();
  const texts = createKeptBeside<object, string>();
  const [one, other] = [{ a: 1 }, Object.freeze({ a: 1 })];
  numbers.set(one, 1);
  numbers.set(one, 2);
  texts.set(other, 'text');
  expect([numbers.get(one), numbers.get(other), texts.get(one), texts.get(other)]).toEqual([
    2,
    undefined,
    undefined,
    'text',
  ]);
});

test('says whether an owner has come before, and has no value for it then', () => {
  const numbers = createKeptBeside<object, number>();
  const owner = {};
  expect(numbers.hasCome(owner)).toBe(false);
  expect(numbers.hasCome(owner)).toBe(true);
  expect(numbers.get(owner)).toBeUndefined();
});

test('does not show in the owner, nor in copies of it', () => {
  const numbers = createKeptBeside<object, number>();
  const owner = { a: 1 };
  numbers.set(owner, 1);
  expect(Reflect.ownKeys(owner)).toEqual(['a']);
  expect(numbers.get({ ...owner })).toBeUndefined();
});
