import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTracer, type EndedSpan } from '../../src/telemetry/index.ts';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { startGitServer } from '../support/git-server.ts';
import { openTestPool, type RunOptions, type TestPool } from '../support/pool.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';
import { until } from '../support/until.ts';
import { workspacesOf } from '../support/workspaces.ts';

const missing = (['bwrap', 'git'] as const).find((tool) => findTool(tool) === undefined);

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let repository: TestRepository;
let pool: TestPool | undefined;

beforeEach(() => {
  repository = makeRepository({ 'a.txt': 'one\n', 'b.txt': 'two\n', 'dir/c.txt': 'three\n' });
});
afterEach(async () => {
  await pool?.close();
  pool = undefined;
  repository.remove();
});

async function failing(
  shop: Record<string, unknown>,
  { set = [], branch, ...options }: RunOptions & { set?: string[]; branch?: string } = {},
) {
  const { logger, lines } = recordingLogger();
  pool = await openTestPool({ logger, set: [workspacesOf({ shop }), 'pool.workers=1', ...set] });
  const context = { repository: 'shop', ...(branch !== undefined && { branch }) };
  const { outcome, injected } = await pool.run({ prompt: 'stand-in: say x', context }, options);
  expect(injected).toEqual([]);
  return { outcome, lines };
}

const unavailable = (message: string, retryable = false) => ({
  ...{ kind: 'failed', retryable },
  error: { code: 'workspace_unavailable', message: expect.stringContaining(message) },
});

describe.skipIf(missing !== undefined)(
  `a job has no workspace${missing ? `: ${missingTool(missing)}` : ''}`,
  () => {
    test('whose branch is not there', async () => {
      const { outcome } = await failing({ path: repository.path }, { branch: 'nothing' });
      expect(outcome).toEqual(unavailable('The workspace shop has no branch nothing.'));
    });

    test('whose repository has no commit yet', async () => {
      const empty = makeRepository();
      const { outcome } = await failing({ path: empty.path });
      empty.remove();
      expect(outcome).toEqual(unavailable('has no branch main'));
    });

    test('whose repository is gone, and the log says so', async () => {
      const { outcome, lines } = await failing({ path: '/nowhere/shop' });
      expect(outcome).toEqual(unavailable('its host has no such repository'));
      expect(lines).toContainEqual(
        expect.objectContaining({
          code: 'fetch_failed',
          reason: expect.stringContaining('/nowhere/shop'),
          attempt: 1,
        }),
      );
    });

    test('whose host is away, and may be back for another attempt', async () => {
      const { outcome } = await failing({ url: 'http://127.0.0.1:1/shop.git' });
      expect(outcome).toEqual(unavailable('its host could not be reached', true));
    });

    test.each([
      ['more files than workspaces.limits.files', 'workspaces.limits.files=2'],
      ['more bytes than workspaces.limits.copy', 'workspaces.limits.copy=12B'],
      ['a larger mirror than workspaces.limits.mirror', 'workspaces.limits.mirror=1KiB'],
    ])('that has %s', async (_, limit) => {
      const { outcome } = await failing({ path: repository.path }, { set: [limit] });
      expect(outcome).toEqual(unavailable('than workspaces may'));
    });

    test('whose history is larger than workspaces.limits.copy, also where its files are small', async () => {
      repository.commit({ 'large.bin': randomBytes(2 ** 21) });
      repository.commit({ 'large.bin': undefined });
      const { outcome, lines } = await failing(
        { path: repository.path },
        { set: ['workspaces.limits.copy=1MiB'] },
      );
      expect(outcome).toEqual(unavailable('or a larger history, than workspaces may have'));
      expect(lines).toContainEqual(
        expect.objectContaining({
          code: 'too_large',
          reason: expect.stringContaining('its history is over'),
        }),
      );
    });

    test('and its trace says where it failed, and that its worker did not start', async () => {
      const ended: EndedSpan[] = [];
      const tracer = createTracer((span) => ended.push(span));
      const workspaces = workspacesOf({ shop: { path: repository.path } });
      pool = await openTestPool({ tracer, set: [workspaces, 'workspaces.limits.files=2'] });
      await pool.run(
        { prompt: 'stand-in: say x', context: { repository: 'shop' } },
        { traceparent: TRACEPARENT },
      );
      const attributes = { 'gatehouse.workspace': 'shop' };
      expect(ended).toMatchObject([
        { name: 'workspace fetch', attributes, error: undefined },
        { name: 'workspace copy', attributes, error: 'too_large' },
        { name: 'worker start', error: 'not_started' },
      ]);
    });

    test('that is no longer its tenant’s, though it was when the job was sent', async () => {
      const { outcome } = await failing({ path: repository.path, tenants: ['another'] });
      expect(outcome).toEqual(unavailable('names no workspace any more'));
    });

    test('where git is not installed, and the log says what to do', async () => {
      const { outcome, lines } = await failing(
        { path: repository.path },
        { set: ['workspaces.gitPath=/nowhere/git'] },
      );
      expect(outcome).toEqual(unavailable('The workspace shop cannot be used here.'));
      const said = expect.stringContaining('git was not found at /nowhere/git');
      expect(lines).toContainEqual(expect.objectContaining({ reason: said }));
      // At the start already.
      expect(lines).toContainEqual(expect.objectContaining({ code: 'git_missing', message: said }));
    });

    test('where workers have no sandbox', async () => {
      const { outcome } = await failing({ path: repository.path }, { set: ['pool.sandbox=none'] });
      expect(outcome).toEqual(unavailable('workers have no sandbox here'));
    });

    test('whose caller gives it up while it is fetched', async () => {
      const server = await startGitServer({ root: repository.path, before: () => true });
      const cancel = new AbortController();
      void until(() => server.requests.length > 0, 'the fetch goes on', 30_000).then(() => cancel.abort());
      const { outcome } = await failing({ url: `${server.url}.git` }, { signal: cancel.signal });
      expect(outcome).toMatchObject({ error: { code: 'canceled' } });
      await pool?.close();
      pool = undefined;
      await server.close();
    });

    test('whose time is up while it is fetched', async () => {
      const server = await startGitServer({ root: repository.path, before: () => true });
      const { outcome } = await failing({ url: `${server.url}.git` }, { timeoutMs: 1_000 });
      expect(outcome).toMatchObject({ error: { code: 'timed_out' } });
      await pool?.close();
      pool = undefined;
      await server.close();
    });

    test('and the next job of the same worker runs', async () => {
      await failing({ path: repository.path }, { branch: 'nothing', set: ['pool.warm.max=1'] });
      const context = { repository: 'shop' };
      const { outcome } = (await pool?.run({ prompt: 'stand-in: bash cat a.txt', context })) ?? {};
      expect(outcome).toMatchObject({ kind: 'completed', text: 'Bash answered: one' });
    });
  },
);
