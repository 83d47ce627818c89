import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../test/support/until.ts';
import { followTexts } from './follow-texts.ts';

it('a change that could not be taken is told, and the next one is followed all the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-follow-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'rules.yaml');
  const taken: string[] = [];
  const errors: unknown[] = [];
  await writeFile(file, 'one');
  const watching = await followTexts({
    paths: [file],
    onTexts({ texts }) {
      const text = texts[0]?.text ?? '';
      if (text === 'two') throw new TypeError('a bug');
      taken.push(text);
    },
    onError: (error) => errors.push(error),
    watch: { settleMs: 20, recheckMs: 3_600_000 },
  });
  onTestFinished(() => watching.close());

  await writeFile(file, 'two');
  await until(() => errors.length > 0, 'the error is told');
  expect(errors).toEqual([new TypeError('a bug')]);
  await writeFile(file, 'three');
  await until(() => taken.includes('three'), 'the next change is followed');
  expect(taken.filter((text) => text !== '')).toEqual(['one', 'three']);
});
