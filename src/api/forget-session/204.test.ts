import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiOnRedis, startApiOnRedis } from '../../../test/support/api-on-redis.ts';
import { completed } from '../../../test/support/jobs.ts';

let on: ApiOnRedis;
beforeAll(async () => {
  on = await startApiOnRedis();
  on.jobs.work(async ({ session, request }) => {
    const before = await session?.restore();
    const said = `${before === undefined ? '' : await text(before)}${request.prompt};`;
    await session?.save(Readable.from([said]));
    return { ...completed, text: said };
  });
});
afterAll(() => on.close());

async function say(prompt: string, as = {}): Promise<string> {
  const body = { prompt, session: 'talk' };
  const { jobId } = (await on.api.call('/claude/invoke', { method: 'POST', body, as })).json();
  await on.jobs.store.waitForEnd(String(jobId), AbortSignal.timeout(10_000));
  return (await on.jobs.store.get(String(jobId)))?.result?.text ?? '';
}
const forget = (as = {}) => on.api.call('/claude/sessions/talk', { method: 'DELETE', as });

test('a forgotten conversation leaves nothing, and its name begins a new one', async () => {
  expect(await say('a')).toBe('a;');
  expect(await say('b')).toBe('a;b;');
  await expect.poll(async () => (await forget()).status).toBe(204);
  expect(await readdir(on.jobs.config.jobs.sessions.folder ?? '')).toEqual([]);
  expect((await on.redis.keys()).filter((key) => key.includes('{session:'))).toEqual([]);
  expect((await forget()).status).toBe(204);
  expect(await say('c')).toBe('c;');
});

test('another client’s stays', async () => {
  const as = { client: 'service-b' };
  expect(await say('x', as)).toBe('x;');
  await expect.poll(async () => (await forget()).status).toBe(204);
  expect(await say('y', as)).toBe('x;y;');
});
