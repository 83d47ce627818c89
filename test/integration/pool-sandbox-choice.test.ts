import { afterEach, expect, test } from 'vitest';
import { probeBubblewrap } from '../../src/pool/sandbox/bubblewrap.ts';
import { workerIdentity } from '../../src/pool/sandbox/identity.ts';
import type { LogFields, Logger } from '../../src/telemetry/index.ts';
import { silentLogger } from '../../src/telemetry/index.ts';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { openTestPool, type TestPool } from '../support/pool.ts';

let pool: TestPool | undefined;
afterEach(async () => {
  await pool?.close();
  pool = undefined;
});

test('without bubblewrap `auto` runs without tools, and says so and why', async () => {
  const warnings: [LogFields, string][] = [];
  const logger: Logger = { ...silentLogger, warn: (...entry) => void warnings.push(entry) };
  pool = await openTestPool({ set: ['pool.bwrapPath=/nowhere/bwrap'], logger });
  expect(pool.pool.sandbox).toBe('none');
  expect(warnings.map(([, message]) => message).join()).toMatch(
    /^Workers run without a sandbox and so without any tools: bwrap is not installed.*apt-get install bubblewrap/,
  );
  const { outcome } = await pool.run({ prompt: 'stand-in: bash id' });
  expect(outcome).toMatchObject({
    kind: 'completed',
    text: expect.stringContaining('was not offered the tool Bash'),
  });
});

test('a bubblewrap that fails is not taken for one that works', async () => {
  pool = await openTestPool({ set: ['pool.bwrapPath=/bin/false'] });
  expect(pool.pool.sandbox).toBe('none');
});

test('without bubblewrap `bubblewrap` refuses to start, and says what to install', async () => {
  const refused = openTestPool({ set: ['pool.sandbox=bubblewrap', 'pool.bwrapPath=/nowhere/bwrap'] });
  await expect(refused).rejects.toThrow(/pool\.sandbox is bubblewrap, but .*apt-get install bubblewrap/);
});

test.runIf(process.getuid?.() === 0)(
  'root without setpriv can start bubblewrap as another uid too',
  async (context) => {
    const bwrap = findTool('bwrap');
    if (bwrap === undefined) return context.skip(missingTool('bwrap'));
    const identity = workerIdentity({ uid: 0, gid: 0 }, 61_000, 0, undefined);
    expect(await probeBubblewrap(bwrap, identity)).toMatchObject({ ok: true });
  },
);
