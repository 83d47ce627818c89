import { expect, test } from 'vitest';
import { Slots } from './slots.ts';

const never = new AbortController().signal;

test('places are given out lowest first, and again after release', async () => {
  const slots = new Slots(2);
  const first = await slots.acquire(never);
  const second = await slots.acquire(never);
  expect([first?.index, second?.index]).toEqual([0, 1]);
  first?.release();
  expect((await slots.acquire(never))?.index).toBe(0);
});

test('who finds no place free gets the next one that is released, in line', async () => {
  const slots = new Slots(1);
  const held = await slots.acquire(never);
  const order: string[] = [];
  const a = slots.acquire(never).then((slot) => {
    order.push('a');
    slot?.release();
  });
  const b = slots.acquire(never).then(() => order.push('b'));
  held?.release();
  await Promise.all([a, b]);
  expect(order).toEqual(['a', 'b']);
});

test('who gives up waiting leaves the line', async () => {
  const slots = new Slots(1);
  const held = await slots.acquire(never);
  const impatient = new AbortController();
  const left = slots.acquire(impatient.signal);
  impatient.abort();
  expect(await left).toBeUndefined();
  const next = slots.acquire(never);
  held?.release();
  expect((await next)?.index).toBe(0);
});

test('nobody gets a place with an aborted signal', async () => {
  expect(await new Slots(1).acquire(AbortSignal.abort())).toBeUndefined();
});

test('releasing twice frees one place', async () => {
  const slots = new Slots(1);
  const slot = await slots.acquire(never);
  slot?.release();
  slot?.release();
  await slots.acquire(never);
  const none = new AbortController();
  const waiting = slots.acquire(none.signal);
  none.abort();
  expect(await waiting).toBeUndefined();
});
