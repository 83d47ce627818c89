import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readExportHeaders, withoutValues } from './headers.ts';

let file: string;
beforeAll(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'gatehouse-test-')), 'headers');
});
afterAll(() => rm(join(file, '..'), { recursive: true }));

async function read(text: string) {
  await writeFile(file, text);
  return readExportHeaders(file);
}

test('each line is a header, but for empty ones and remarks', async () => {
  expect(
    await read('# of the backend\r\nAuthorization: Bearer a:b=\r\n\r\nx-scope-orgid:  team 1 \n'),
  ).toEqual({
    authorization: 'Bearer a:b=',
    'x-scope-orgid': 'team 1',
  });
});

test('a name that objects have of themselves is a header like others', async () => {
  expect(await read('constructor: a')).toEqual({ constructor: 'a' });
});

test('without a file there are none', () => {
  expect(readExportHeaders(undefined)).toEqual({});
});

test.each([
  ['no colon', 'authorization planted-secret', 'is no header'],
  ['no value', 'authorization:', 'is no header'],
  ['a blank in the name', 'my key: planted-secret', 'is no header'],
  ['other characters than ASCII', 'authorization: planted-secret\u00e9', 'is no header'],
  ['a pseudo-header', ':path: planted-secret', 'is no header'],
  ['what the exporter says itself', 'Content-Type: planted-secret', 'sets content-type, which'],
  ['what gRPC says', 'grpc-timeout: planted-secret', 'sets grpc-timeout, which'],
  ['the same once more', 'a: planted-secret\nA: planted-secret', 'sets a once more'],
])('of a line with %s it says which one it is, and not what it holds', async (_what, lines, problem) => {
  const error = await read(`# one\n${lines}`).catch((thrown: Error) => thrown);
  const line = lines.includes('\n') ? 3 : 2;
  expect(error).toMatchObject({
    message: expect.stringContaining(`telemetry.traces.headersFile: line ${line} of ${file} ${problem}`),
  });
  expect(String(error)).not.toContain('planted-secret');
});

test('of a file that is not there it says what to put there', () => {
  expect(() => readExportHeaders('/nowhere/headers')).toThrow(
    'telemetry.traces.headersFile: /nowhere/headers cannot be read (ENOENT); put a line there for each header',
  );
});

test('what a collector repeats of them is told to nobody', () => {
  const headers = { authorization: 'Bearer planted-secret', 'x-scope-orgid': '1' };
  expect(withoutValues('no such token: planted-secret (status 16)', headers)).toBe(
    'no such token: *** (status 16)',
  );
});
