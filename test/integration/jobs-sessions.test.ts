import { readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Attempt, JobConsumer, RunAttempt } from '../../src/jobs/index.ts';
import { type ApiOnRedis, startApiOnRedis } from '../support/api-on-redis.ts';
import { completed, overloaded } from '../support/jobs.ts';
import { until } from '../support/until.ts';

let on: ApiOnRedis;
let name: string;
let names = 0;
beforeAll(async () => {
  on = await startApiOnRedis('pool.workers=4', 'jobs.sessions.maxSize=1KiB');
});
afterAll(() => on.close());
beforeEach(() => {
  names += 1;
  name = `talk-${names}`;
});

async function say(prompt: string, as = {}): Promise<string> {
  const body = { prompt, session: name };
  const answer = await on.api.call('/claude/invoke', { method: 'POST', body, as });
  expect(answer.status).toBe(202);
  return String(answer.json().jobId);
}
const end = (jobId: string) => on.jobs.store.waitForEnd(jobId, AbortSignal.timeout(15_000));
const resultOf = async (jobId: string) => {
  await end(jobId);
  const job = await on.jobs.store.get(jobId);
  return job?.result?.text ?? job?.error?.code;
};

/** What a pool does: goes on from what was said, and keeps what is said now. */
async function converse({ session, request }: Attempt): Promise<string> {
  const before = await session?.restore();
  const said = `${before === undefined ? '' : await text(before)}${request.prompt};`;
  await session?.save(Readable.from([said]));
  return said;
}
const talk: RunAttempt = async (attempt) => ({ ...completed, text: await converse(attempt) });

async function withWorker(run: RunAttempt, body: (worker: JobConsumer) => Promise<void>): Promise<void> {
  const worker = on.jobs.work(run);
  await body(worker).finally(() => worker.close(0));
}

test('each job goes on from the one before it, in the order in which they were sent', async () => {
  const ids: string[] = [];
  for (const prompt of ['a', 'b', 'c', 'd']) ids.push(await say(prompt));
  await withWorker(talk, async () => {
    expect(await Promise.all(ids.map(resultOf))).toEqual(['a;', 'a;b;', 'a;b;c;', 'a;b;c;d;']);
  });
  expect(await on.jobs.store.get(ids[0] ?? '')).toMatchObject({ session: name });
});

test('a conversation has one job at a time, also while that waits for another attempt; others go on', async () => {
  let running = 0;
  const run: RunAttempt = async (attempt) => {
    if (attempt.session !== undefined) {
      running += 1;
      expect(running).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (attempt.request.prompt === 'a' && attempt.attempt === 1)
        return { ...overloaded, retryAfterMs: 300 };
    }
    return talk(attempt, async () => {}, new AbortController().signal);
  };
  await withWorker(run, async () => {
    const [first, second] = [await say('a'), await say('b')];
    const other = await on.invoke('other');
    await end(other);
    expect((await on.jobs.store.get(second))?.state).toBe('queued');
    expect([await resultOf(first), await resultOf(second)]).toEqual(['a;', 'a;b;']);
  });
});

test('what a failed or canceled job said does not count', async () => {
  const run: RunAttempt = async (attempt, _report, signal) => {
    const said = await converse(attempt);
    if (attempt.request.prompt === 'fails') return { ...overloaded, retryable: false };
    if (attempt.request.prompt === 'hangs')
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return { ...completed, text: said };
  };
  await withWorker(run, async () => {
    expect(await resultOf(await say('a'))).toBe('a;');
    expect(await resultOf(await say('fails'))).toBe('provider_overloaded');
    const hangs = await say('hangs');
    await until(async () => (await on.jobs.store.get(hangs))?.state === 'running', 'it runs');
    await on.jobs.store.cancel(hangs);
    expect(await resultOf(await say('b'))).toBe('a;b;');
  });
});

test('a job that is canceled while it waits holds nobody up', async () => {
  const first = await say('a');
  await on.jobs.store.cancel(first);
  await withWorker(talk, async () => {
    expect(await resultOf(await say('b'))).toBe('b;');
  });
});

test('another client’s conversation of the same name is another one', async () => {
  await withWorker(talk, async () => {
    expect(await resultOf(await say('a'))).toBe('a;');
    expect(await resultOf(await say('b', { client: 'service-b' }))).toBe('b;');
    expect(await resultOf(await say('b', { tenant: 'other' }))).toBe('b;');
  });
});

test('a conversation whose file cannot be opened just now is taken up by the next attempt', async () => {
  await withWorker(talk, async () => {
    await resultOf(await say('a'));
  });
  const folder = on.jobs.config.jobs.sessions.folder ?? '';
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files) {
    await rename(file, `${file}.aside`);
    await symlink(file, file);
  }
  const run: RunAttempt = async (attempt, ...rest) => {
    if (attempt.attempt === 2) for (const file of files) await rename(`${file}.aside`, file);
    return talk(attempt, ...rest);
  };
  await withWorker(run, async () => {
    expect(await resultOf(await say('b'))).toBe('a;b;');
  });
});

test('a conversation whose file is gone fails the next job, and says so', async () => {
  await withWorker(talk, async () => {
    await resultOf(await say('a'));
    await rm(join(on.jobs.config.jobs.sessions.folder ?? '', '.'), { recursive: true });
    const jobId = await say('b');
    expect(await resultOf(jobId)).toBe('session_unavailable');
    expect(await on.jobs.store.get(jobId)).toMatchObject({ attempts: 1, state: 'failed' });
  });
});

test('of a conversation only the last state is kept, within its size', async () => {
  const refused = Promise.withResolvers<string>();
  const run: RunAttempt = async (attempt) => {
    if (attempt.request.prompt !== 'long') return talk(attempt, async () => {}, new AbortController().signal);
    await attempt.session
      ?.save(Readable.from(['x'.repeat(1_025)]))
      .catch((error) => refused.resolve(error.code));
    return completed;
  };
  await withWorker(run, async () => {
    for (const prompt of ['a', 'b', 'c']) await resultOf(await say(prompt));
    const folder = on.jobs.config.jobs.sessions.folder ?? '';
    const mostVersions = async () => {
      const groups = await Promise.all((await readdir(folder)).map((group) => readdir(join(folder, group))));
      return Math.max(...groups.map((versions) => versions.length));
    };
    await until(async () => (await mostVersions()) === 1, 'the states before are removed');
    await resultOf(await say('long'));
    expect(await refused.promise).toBe('session_too_large');
    expect(await resultOf(await say('d'))).toBe('a;b;c;d;');
  });
});

test('a conversation is forgotten once it was idle for long enough', async () => {
  await withWorker(talk, async () => {
    await resultOf(await say('a'));
    const keys = (await on.redis.keys()).filter((key) => key.includes('{session:'));
    expect(keys.length).toBeGreaterThan(0);
    await on.redis.expire(keys);
    expect(await resultOf(await say('b'))).toBe('b;');
  });
});
