import { expect, test } from 'vitest';
import { inPlace } from './places.ts';

const never = new AbortController().signal;

test('work that fails gives its place back', async () => {
  let held = 0;
  const places = {
    acquire: async () => {
      held += 1;
      return {
        release() {
          held -= 1;
        },
      };
    },
  };
  const failing = inPlace(places, never, () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await inPlace(places, never, async () => held)).toBe(1);
  expect(held).toBe(0);
});

test('without a place no work is begun', async () => {
  const places = { acquire: async () => undefined };
  let begun = false;
  const work = inPlace(places, never, async () => {
    begun = true;
  });
  await expect(work).rejects.toMatchObject({ code: 'stopped' });
  expect(begun).toBe(false);
});
