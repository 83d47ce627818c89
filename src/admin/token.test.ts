import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTokenCheck, tokenCheck } from './token.ts';

const TOKEN = 'f'.repeat(64);
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-token-'));
});
afterAll(() => rm(dir, { recursive: true }));

test.each([
  ['the token', `Bearer ${TOKEN}`, true],
  ['the scheme in another case', `bearer ${TOKEN}`, true],
  ['nothing', undefined, false],
  ['an empty header', '', false],
  ['the token without its scheme', TOKEN, false],
  ['another scheme', `Basic ${TOKEN}`, false],
  ['a part of the token', `Bearer ${TOKEN.slice(1)}`, false],
  ['more than the token', `Bearer ${TOKEN}f`, false],
  ['the token and another word', `Bearer ${TOKEN} x`, false],
  ['an empty token', 'Bearer ', false],
])('%s: %s', (_what, header, expected) => {
  expect(tokenCheck(TOKEN)(header)).toBe(expected);
});

test('the token is read from its file, without the line end', async () => {
  const file = join(dir, 'token');
  await writeFile(file, `${TOKEN}\n`);
  expect((await readTokenCheck(file))(`Bearer ${TOKEN}`)).toBe(true);
});

test.each([
  ['an empty file', ''],
  ['a short token', 'f'.repeat(31)],
  ['a token with a blank', `${TOKEN} ${TOKEN}`],
])('%s is refused, without telling what is in it', async (_what, text) => {
  const file = join(dir, 'bad');
  await writeFile(file, text);
  const error = await readTokenCheck(file).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: 'invalid_token_file', message: expect.stringContaining(file) });
  if (text !== '') expect((error as Error).message).not.toContain(text);
});

test.each([
  [undefined, 'admin.tokenFile is not set'],
  ['/nowhere/token', 'cannot be read (ENOENT)'],
])('without a token nothing is served: %s', async (file, reason) => {
  await expect(readTokenCheck(file)).rejects.toThrow(reason);
});
