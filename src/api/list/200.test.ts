import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ApiOnRedis, startApiOnRedis } from '../../../test/support/api-on-redis.ts';

let on: ApiOnRedis;
let clients = 0;
let as: { client: string };
beforeAll(async () => {
  on = await startApiOnRedis();
});
afterAll(() => on.close());
beforeEach(() => {
  clients += 1;
  as = { client: `client-${clients}` };
});

async function submit(prompt = 'hello'): Promise<string> {
  const answer = await on.api.call('/claude/invoke', { method: 'POST', body: { prompt }, as });
  return String(answer.json().jobId);
}
async function list(query = '') {
  const { jobs, nextCursor } = (await on.api.call(`/claude/jobs${query}`, { as })).json() as {
    jobs: { jobId: string; state: string }[];
    nextCursor?: string;
  };
  return { ids: jobs.map(({ jobId }) => jobId), jobs, nextCursor };
}

test('there are none at first', async () => {
  expect(await list()).toMatchObject({ jobs: [], nextCursor: undefined });
});

test('own jobs are listed, newest first, and nobody else’s', async () => {
  const mine: string[] = [];
  for (let n = 0; n < 3; n += 1) mine.unshift(await submit());
  await on.api.call('/claude/invoke', {
    method: 'POST',
    body: { prompt: 'x' },
    as: { ...as, tenant: 'other' },
  });
  const { ids, jobs } = await list();
  expect([...ids].sort()).toEqual([...mine].sort());
  const created = jobs.map((job) => (job as unknown as { timings: { createdAt: string } }).timings.createdAt);
  expect(created).toEqual(created.toSorted().reverse());
});

test('a list is read page by page, each job once, also those of one millisecond', async () => {
  const mine = await Promise.all(Array.from({ length: 23 }, () => submit()));
  const seen: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await list(`?limit=5${cursor === undefined ? '' : `&cursor=${cursor}`}`);
    expect(page.ids.length).toBeLessThanOrEqual(5);
    seen.push(...page.ids);
    cursor = page.nextCursor;
    pages += 1;
  } while (cursor !== undefined);
  expect(seen).toHaveLength(23);
  expect(new Set(seen)).toEqual(new Set(mine));
  expect(pages).toBe(5);
});

test('only jobs of the states that are asked for', async () => {
  const first = await submit();
  const second = await submit();
  await on.api.call(`/claude/jobs/${first}`, { method: 'DELETE', as });
  expect((await list('?state=canceled')).ids).toEqual([first]);
  expect((await list('?state=queued')).ids).toEqual([second]);
  expect((await list('?state=queued,canceled')).ids).toHaveLength(2);
  expect((await list('?state=failed')).ids).toEqual([]);
});

test('a state that few have is found behind many that have another', async () => {
  const wanted = await submit();
  await on.api.call(`/claude/jobs/${wanted}`, { method: 'DELETE', as });
  await Promise.all(Array.from({ length: 30 }, () => submit()));
  expect((await list('?state=canceled&limit=2')).ids).toEqual([wanted]);
});

test('no prompt is in a list', async () => {
  await submit('heliotrope');
  expect((await on.api.call('/claude/jobs', { as })).text).not.toContain('heliotrope');
});
