import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BuiltPages } from './built-pages.ts';
import { servePages } from './serve-pages.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-pages-'));
  mkdirSync(join(folder, 'assets'));
  const files = {
    'index.html': '<title>page</title>',
    'index.html.br': 'brotli page',
    'index.html.gz': 'gzip page',
    'assets/index-1a2b.js': 'script',
    'assets/index-1a2b.js.gz': 'gzip script',
    'assets/inter.woff2': 'font',
  };
  for (const [path, content] of Object.entries(files)) writeFileSync(join(folder, path), content);
});
afterAll(() => rmSync(folder, { recursive: true }));

function serve(from = folder) {
  const app = fastify();
  servePages(app, '/dashboard', BuiltPages.read(from));
  return (url: string, encoding = '', method: 'GET' | 'HEAD' = 'GET') =>
    app.inject({ method, url, headers: { 'accept-encoding': encoding } });
}

describe('a built page', () => {
  test.each(['/dashboard', '/dashboard/', '/dashboard/jobs', '/dashboard/jobs/17c29653'])(
    '%s is a place that the page finds itself',
    async (url) => {
      const answer = await serve()(url);
      expect(answer).toMatchObject({ statusCode: 200, body: '<title>page</title>' });
      expect(answer.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        vary: 'accept-encoding',
      });
    },
  );

  test.each([
    ['gzip, deflate, br, zstd', 'br', 'brotli page'],
    ['gzip', 'gzip', 'gzip page'],
    ['br;q=0, gzip;q=0.5', 'gzip', 'gzip page'],
    ['br;q=0.0', undefined, '<title>page</title>'],
    ['', undefined, '<title>page</title>'],
  ])('is sent in the smallest form that "%s" takes', async (accepted, encoding, body) => {
    const answer = await serve()('/dashboard', accepted);
    expect({ encoding: answer.headers['content-encoding'], body: answer.body }).toEqual({ encoding, body });
  });

  test('has files that are kept for ever, because their name changes with what is in them', async () => {
    const answer = await serve()('/dashboard/assets/index-1a2b.js', 'br');
    expect(answer.body).toBe('script');
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect((await serve()('/dashboard/assets/inter.woff2')).headers['content-type']).toBe('font/woff2');
  });

  test.each([
    '/dashboard/assets/gone.js',
    '/dashboard/index.html.br',
    '/dashboard/..%2f..%2fpackage.json',
    '/dashboard/assets/%2e%2e/%2e%2e/x.y',
  ])('has nothing but its files: %s', async (url) => {
    expect((await serve()(url)).statusCode).toBe(404);
  });

  test('answers HEAD without a body', async () => {
    expect(await serve()('/dashboard', '', 'HEAD')).toMatchObject({ statusCode: 200, body: '' });
  });

  test('may load from its own origin alone, and nothing inline', async () => {
    const policy = String((await serve()('/dashboard')).headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });
});

test('a page that is not built says how to build it', async () => {
  const answer = await serve(join(folder, 'nowhere'))('/dashboard');
  expect(answer.statusCode).toBe(503);
  expect(answer.body).toContain('make setup');
  expect(answer.headers['cache-control']).toBe('no-store');
});
