import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectProblem } from '../../../test/support/api.ts';
import { type ApiOnRedis, startApiOnRedis } from '../../../test/support/api-on-redis.ts';
import { completed } from '../../../test/support/jobs.ts';

let on: ApiOnRedis;
let path: string;
let etag: string;
beforeAll(async () => {
  on = await startApiOnRedis();
  const worker = on.jobs.work(async ({ artifacts }) => {
    const { sha256 } = await artifacts.save('a.txt', Readable.from([Buffer.from('0123456789')]));
    etag = `"${sha256}"`;
    return completed;
  });
  const jobId = await on.invoke();
  await on.jobs.store.waitForEnd(jobId, AbortSignal.timeout(10_000));
  await worker.close(0);
  path = `/claude/jobs/${jobId}/artifacts/a.txt`;
});
afterAll(() => on.close());

test.each([
  ['bytes=2-4', '234', 'bytes 2-4/10'],
  ['bytes=7-', '789', 'bytes 7-9/10'],
  ['bytes=-2', '89', 'bytes 8-9/10'],
])('%s is that part', async (range, text, contentRange) => {
  const answer = await on.api.call(path, { headers: { range } });
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 206, text });
  expect(answer.headers).toMatchObject({
    'content-range': contentRange,
    'content-length': String(text.length),
    etag,
  });
});

test('several ranges, and one of another version, are answered with all of it', async () => {
  for (const headers of [{ range: 'bytes=0-1,4-5' }, { range: 'bytes=0-1', 'if-range': '"other"' }]) {
    const answer = await on.api.call(path, { headers });
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 200, text: '0123456789' });
  }
});

test('who has it already gets 304', async () => {
  for (const tag of [etag, `"x", W/${etag}`, '*']) {
    const answer = await on.api.call(path, { headers: { 'if-none-match': tag } });
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 304, text: '' });
  }
});

test('a range behind the end is 416, with the length', async () => {
  const answer = await on.api.call(path, { headers: { range: 'bytes=10-' } });
  expectProblem(answer, 416, 'range_not_satisfiable', 'Range not satisfiable');
  expect(answer.headers['content-range']).toBe('bytes */10');
});
