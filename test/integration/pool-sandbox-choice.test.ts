import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { probeBubblewrap } from '../../src/pool/sandbox/bubblewrap.ts';
import { workerIdentity } from '../../src/pool/sandbox/identity.ts';
import type { LogFields, Logger } from '../../src/telemetry/index.ts';
import { silentLogger } from '../../src/telemetry/index.ts';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { openTestPool, type TestPool } from '../support/pool.ts';
import { recordingLogger } from '../support/recording-logger.ts';

let pool: TestPool | undefined;
let folder: string | undefined;
afterEach(async () => {
  await pool?.close();
  pool = undefined;
  if (folder !== undefined) rmSync(folder, { recursive: true });
  folder = undefined;
});

test('without bubblewrap `auto` runs without tools, and says so and why', async () => {
  const warnings: [LogFields, string][] = [];
  const logger: Logger = { ...silentLogger, warn: (...entry) => void warnings.push(entry) };
  pool = await openTestPool({ set: ['pool.bwrapPath=/nowhere/bwrap'], logger });
  expect(pool.pool.sandbox).toBe('none');
  expect(warnings.map(([, message]) => message).join()).toMatch(
    /^Workers run without a sandbox and so without any tools: bwrap was not found at .+: .*apt-get install bubblewrap/,
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
    const identity = workerIdentity({ uid: 0, gid: 0 }, { uid: 61_000, limits: { processes: 1024 } }, 0, {});
    expect(await probeBubblewrap(bwrap, identity)).toMatchObject({ ok: true });
  },
);

test('a sandbox that fails for one job fails that job, and tells the operator alone why', async (context) => {
  const bwrap = findTool('bwrap');
  if (bwrap === undefined) return context.skip(missingTool('bwrap'));
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-bwrap-'));
  chmodSync(folder, 0o755);
  // Works where it is tried, and fails where there is a job.
  const complaint = "bwrap: Can't find source path /a/secret/place: Permission denied";
  const script = `#!/bin/sh\ncase "$*" in */opt/claude*) echo "${complaint}" >&2; exit 1;; esac\nexec ${bwrap} "$@"\n`;
  writeFileSync(join(folder, 'bwrap'), script, { mode: 0o755 });
  const { logger, lines } = recordingLogger();
  pool = await openTestPool({ set: [`pool.bwrapPath=${join(folder, 'bwrap')}`], logger });
  expect(pool.pool.sandbox).toBe('bubblewrap');
  const { outcome } = await pool.run({ prompt: 'stand-in: say x' });
  expect(outcome).toMatchObject({
    kind: 'failed',
    error: { code: 'sandbox_failed', message: "The worker's sandbox could not be started." },
    retryable: false,
  });
  expect(lines.filter(({ level }) => level === 'error')).toMatchObject([
    { code: 'sandbox_failed', reason: expect.stringContaining(complaint) },
  ]);
});
