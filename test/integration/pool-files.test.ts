import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { openTestPool, type TestPool } from '../support/pool.ts';

const withoutBubblewrap = findTool('bwrap') === undefined ? missingTool('bwrap') : undefined;

/** Each with a process of its own, and with one that is used again. */
describe.skipIf(withoutBubblewrap !== undefined).each(['pool.warm.max=0', 'pool.warm.max=1'])(
  'with %s',
  (set) => {
    let pool: TestPool;
    beforeAll(async () => {
      pool = await openTestPool({ set: [set, 'pool.workers=1'] });
    });
    afterAll(() => pool.close());

    test('a job reads the files that came with it, and the files it makes and changes are given out', async () => {
      const files = [
        { path: 'in/data.csv', text: 'a,b\n1,2\n' },
        { path: 'keep.txt', text: 'untouched' },
        { path: 'raw.bin', base64: 'AP8=' },
      ];
      const command =
        'wc -l < in/data.csv > out.txt; echo 3,4 >> in/data.csv; wc -c < raw.bin; ln -s /etc/passwd link';
      const run = await pool.run({ prompt: `stand-in: bash ${command}`, files });
      expect(run.outcome).toMatchObject({ kind: 'completed', text: 'Bash answered: 2' });
      expect([...run.files].map(([path, bytes]) => [path, bytes.toString()])).toEqual([
        ['in/data.csv', 'a,b\n1,2\n3,4\n'],
        ['out.txt', '2\n'],
      ]);
    });

    test('the next job has none of them', async () => {
      const run = await pool.run({ prompt: 'stand-in: bash ls -A | wc -l' });
      expect(run.outcome).toMatchObject({ text: 'Bash answered: 0' });
      expect(run.files.size).toBe(0);
    });

    test('the files of a run whose time was up are given out too', async () => {
      const run = await pool.run(
        { prompt: 'stand-in: bash echo half > half.txt; sleep 60' },
        { timeoutMs: 5_000 },
      );
      expect(run.outcome).toMatchObject({ error: { code: 'timed_out' } });
      expect([...run.files.keys()]).toEqual(['half.txt']);
    });

    test('a file whose path leads out fails the attempt, and is not written', async () => {
      const files = [{ path: '../../escaped', text: 'x' }];
      await expect(pool.run({ prompt: 'stand-in: say x', files })).rejects.toMatchObject({
        code: 'file_path_invalid',
      });
      expect((await pool.run({ prompt: 'stand-in: say still here' })).outcome.kind).toBe('completed');
    });
  },
);
