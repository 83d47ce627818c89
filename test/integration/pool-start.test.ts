import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Emptier } from '../../src/pool/workers/emptier.ts';
import { openTestPool, type TestPool } from '../support/pool.ts';

/** Low enough to be reached at once. */
const DESCRIPTORS = 512;
const prlimit = '/usr/bin/prlimit';

let pool: TestPool;
const held: number[] = [];
/** Takes every file descriptor that this process may still open, but a few. */
function takeDescriptors(spare: number): void {
  try {
    for (;;) held.push(openSync('/dev/null', 'r'));
  } catch (error) {
    expect(error).toMatchObject({ code: 'EMFILE' });
  }
  for (const descriptor of held.splice(held.length - spare)) closeSync(descriptor);
}
const giveBack = () => held.splice(0).map(closeSync);

describe.runIf(existsSync(prlimit))('while this process is out of file descriptors', () => {
  beforeAll(async () => {
    pool = await openTestPool();
    execFileSync(prlimit, [`--pid=${process.pid}`, `--nofile=${DESCRIPTORS}:`]);
  });
  afterEach(giveBack);
  afterAll(() => pool.close());

  // The more there are the further an attempt comes: to its folder, its model proxy, the worker's streams.
  test.each([0, 1, 2, 3, 4, 5, 6, 8])(
    'with %i left an attempt fails, and the next one goes well',
    async (spare) => {
      takeDescriptors(spare);
      const starved = await pool.run({ prompt: 'stand-in: say x' }).catch((error: Error) => error);
      giveBack();
      if (starved instanceof Error) expect(starved.message).toContain('EMFILE');
      else expect(starved.outcome).toMatchObject({ error: { code: 'sandbox_failed' }, retryable: true });
      const [ownFolder = ''] = readdirSync(join(pool.dataDir, 'workers'));
      expect(readdirSync(join(pool.dataDir, 'workers', ownFolder))).toEqual([]);
      const { outcome } = await pool.run({ prompt: 'stand-in: say well again' });
      expect(outcome).toMatchObject({ kind: 'completed', text: 'well again' });
    },
  );

  test('what empties workers fails once, and not for good', async () => {
    const emptier = new Emptier();
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-empty-'));
    writeFileSync(join(folder, 'left'), '');
    takeDescriptors(0);
    await emptier.empty([folder]);
    giveBack();
    expect(readdirSync(folder)).toEqual(['left']);
    await emptier.empty([folder]);
    expect(readdirSync(folder)).toEqual([]);
    emptier.close();
    rmSync(folder, { recursive: true });
  });
});
