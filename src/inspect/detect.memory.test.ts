import { getHeapSpaceStatistics } from 'node:v8';
import { expect, test } from 'vitest';
import { inspect } from './inspect.ts';

const CHARACTERS = 1_024;
const TEXTS = 4_000;

function oldSpaceBytes(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'old_space')?.space_used_size ?? 0;
}

function inspectTexts(of: string): void {
  const rest = 'refactor the parser so that it reads its input once. '.repeat(20).slice(0, CHARACTERS);
  for (let text = 0; text < TEXTS; text += 1) inspect(`${of} ${text}: ${rest}`);
}

test('no copy of a text stays after it was inspected until all memory is looked through', () => {
  inspectTexts('first');
  const before = oldSpaceBytes();
  inspectTexts('case');
  expect(oldSpaceBytes() - before).toBeLessThan((TEXTS * CHARACTERS) / 2);
});
