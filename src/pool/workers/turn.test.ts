import { expect, test } from 'vitest';
import { turnLines } from './turn.ts';
import type { Worker } from './worker.ts';

const turn = { opening: {}, settings: { model: 'sonnet', maxOutputTokens: undefined }, prompt: 'p' };

function subtypes(lines: string): string[] {
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; request?: { subtype: string } })
    .map(({ type, request }) => request?.subtype ?? type);
}

test('a worker is told once how it is opened, and its settings only where they change', () => {
  const worker: Pick<Worker, 'opening' | 'settings'> = { opening: undefined, settings: undefined };
  const tell = (settings: { model: string; maxOutputTokens: number | undefined }) =>
    subtypes(turnLines(worker, { ...turn, settings }));
  expect(tell(turn.settings)).toEqual(['initialize', 'apply_flag_settings', 'user']);
  expect(tell({ ...turn.settings })).toEqual(['user']);
  expect(tell({ model: 'haiku', maxOutputTokens: undefined })).toEqual(['apply_flag_settings', 'user']);
  expect(tell({ model: 'haiku', maxOutputTokens: 9 })).toEqual(['apply_flag_settings', 'user']);
  expect(tell({ model: 'haiku', maxOutputTokens: undefined })).toEqual(['apply_flag_settings', 'user']);
});
