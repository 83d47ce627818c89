import { expect, test } from 'vitest';
import { randomSpanId } from './span-id.ts';

test('ids are hex, and no two are the same, however many are asked for', () => {
  const ids = Array.from({ length: 5_000 }, randomSpanId);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
  expect(new Set(ids).size).toBe(ids.length);
});
