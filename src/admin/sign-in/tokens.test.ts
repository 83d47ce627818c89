import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findToken, readTokens } from './tokens.ts';
import type { Grant } from './visitor.ts';

const TOKEN = 'f'.repeat(64);
const VIEWER: Grant = { name: 'on-call', role: 'viewer', output: false };

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-token-'));
});
afterAll(() => rm(dir, { recursive: true }));

const admin = (tokenFile: string | undefined, tokens: (Grant & { file: string })[] = []) => ({
  ...{ tokens, sessionLifetime: { ms: 1 }, hosts: [] },
  ...(tokenFile !== undefined && { tokenFile }),
});

test.each([
  ['the token', TOKEN, VIEWER],
  ['nothing', '', undefined],
  ['a part of the token', TOKEN.slice(1), undefined],
  ['more than the token', `${TOKEN}f`, undefined],
])('%s', (_what, token, expected) => {
  expect(findToken([[VIEWER, TOKEN]])(token)).toEqual(expected);
});

test('tokens are read from their files, without the line end, each with what it may do', async () => {
  const [all, viewer] = [join(dir, 'all'), join(dir, 'viewer')];
  await writeFile(all, `${TOKEN}\n`);
  await writeFile(viewer, `${'e'.repeat(64)}\n`);
  const find = await readTokens(admin(all, [{ ...VIEWER, file: viewer }]));
  expect(find(TOKEN)).toEqual({ name: 'default', role: 'operator', output: true });
  expect(find('e'.repeat(64))).toEqual(VIEWER);
});

test('two names for one token are refused: nobody could say who it was', async () => {
  const file = join(dir, 'same');
  await writeFile(file, TOKEN);
  await expect(readTokens(admin(file, [{ ...VIEWER, file }]))).rejects.toThrow(
    "The token of on-call is another's as well",
  );
});

test.each([
  ['an empty file', ''],
  ['a short token', 'f'.repeat(31)],
  ['a token with a blank', `${TOKEN} ${TOKEN}`],
])('%s is refused, without telling what is in it', async (_what, text) => {
  const file = join(dir, 'bad');
  await writeFile(file, text);
  const error = await readTokens(admin(file)).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: 'invalid_token_file', message: expect.stringContaining(file) });
  if (text !== '') expect((error as Error).message).not.toContain(text);
});

test.each([
  [admin(undefined), 'admin.tokenFile is not set'],
  [admin('/nowhere/token'), 'cannot be read (ENOENT)'],
  [admin(undefined, [{ ...VIEWER, file: '/nowhere' }]), 'admin.tokens.0.file names /nowhere'],
])('without a token nothing is served: %j', async (settings, reason) => {
  await expect(readTokens(settings)).rejects.toThrow(reason);
});
