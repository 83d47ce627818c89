import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiOnRedis, startApiOnRedis } from '../../../test/support/api-on-redis.ts';
import { completed } from '../../../test/support/jobs.ts';

const FILES: Record<string, string> = {
  'report.pdf': '%PDF-1.7 and so on',
  'page.html': '<script>alert(1)</script>',
  'picture.svg': '<svg onload="alert(1)"/>',
  'notes.txt': '<b>plain</b>',
  'data.bin': '\0\u0001',
  'empty.txt': '',
  'dir/ä "b" 100%.md': '# umlaut',
  'C# notes?.txt': 'sharp',
};
let on: ApiOnRedis;
let jobId: string;
beforeAll(async () => {
  on = await startApiOnRedis();
  const worker = on.jobs.work(async ({ artifacts }) => {
    for (const [path, content] of Object.entries(FILES)) {
      await artifacts.save(path, Readable.from([Buffer.from(content)]));
    }
    return completed;
  });
  jobId = await on.invoke();
  await on.jobs.store.waitForEnd(jobId, AbortSignal.timeout(10_000));
  await worker.close(0);
});
afterAll(() => on.close());

const read = (path: string, query = '', headers = {}) => {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return on.api.call(`/claude/jobs/${jobId}/artifacts/${encoded}${query}`, { headers });
};

test.each(Object.entries(FILES))('%s comes whole, with its digest as ETag', async (path, content) => {
  const answer = await read(path);
  expect(answer.status).toBe(200);
  expect(answer.text).toBe(content);
  expect(answer.headers).toMatchObject({
    etag: `"${createHash('sha256').update(content).digest('hex')}"`,
    'content-length': String(Buffer.byteLength(content)),
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-cache, no-transform',
  });
});

test.each([
  ['report.pdf', 'application/pdf', 'inline'],
  ['page.html', 'text/html; charset=utf-8', 'attachment'],
  ['picture.svg', 'image/svg+xml', 'attachment'],
  ['notes.txt', 'text/plain; charset=utf-8', 'inline'],
  ['data.bin', 'application/octet-stream', 'attachment'],
])('%s is %s, %s unless it is asked for otherwise', async (path, type, disposition) => {
  const { headers } = await read(path);
  expect(headers['content-type']).toBe(type);
  expect(headers['content-disposition']).toBe(`${disposition}; filename="${path}"`);
  for (const asked of ['inline', 'attachment']) {
    const other = await read(path, `?disposition=${asked}`);
    expect(other.headers['content-disposition']).toBe(`${asked}; filename="${path}"`);
  }
});

test.each(['page.html', 'picture.svg', 'notes.txt'])(
  '%s runs nothing, also where it is shown',
  async (path) => {
    const { headers } = await read(path, '?disposition=inline');
    expect(headers['content-security-policy']).toMatch(/^sandbox; default-src 'none';/);
  },
);

test('a name with other characters is quoted, and given in UTF-8', async () => {
  const { headers } = await read('dir/ä "b" 100%.md');
  expect(headers['content-disposition']).toBe(
    `inline; filename="_ \\"b\\" 100%.md"; filename*=UTF-8''%C3%A4%20%22b%22%20100%25.md`,
  );
});

test('HEAD answers the same without the content', async () => {
  const answer = await on.api.call(`/claude/jobs/${jobId}/artifacts/report.pdf`, { method: 'HEAD' });
  expect(answer.status).toBe(200);
  expect(answer.text).toBe('');
  expect(answer.headers).toMatchObject({
    'content-length': String(FILES['report.pdf']?.length),
    'content-type': 'application/pdf',
  });
});
