import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeTranscript, encodeTranscript, readTranscript } from './transcript.ts';

const ID = '33f56bcb-1c7f-4cc5-9ea8-1b6c0ecc9189';
let root: string;
let config: string;
let file: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gatehouse-test-transcript-'));
  config = join(root, 'config');
  mkdirSync(join(config, 'projects/-work'), { recursive: true });
  file = join(config, 'projects/-work', `${ID}.jsonl`);
});
afterEach(() => rmSync(root, { recursive: true }));

const read = (id: string | undefined = ID) => readTranscript({ config }, '/work', id);

test('what was said comes back as it was kept', async () => {
  writeFileSync(file, '{"a":1}\n{"b":2}\n');
  const transcript = await read();
  expect(transcript).toEqual({ sessionId: ID, content: Buffer.from('{"a":1}\n{"b":2}\n') });
  if (transcript === undefined) return;
  expect(await decodeTranscript(encodeTranscript(transcript))).toEqual(transcript);
});

test.each(['', 'x', ID, `${ID} `, `../${ID.slice(3)}\n`])('%j is no transcript', async (state) => {
  expect(await decodeTranscript(Readable.from([Buffer.from(state)]))).toBeUndefined();
});

test.each(['../../../secret', '', `${ID}/..`])('the session %j is not looked for', async (id) => {
  expect(await read(id)).toBeUndefined();
});

test('a link in the transcript’s place, or that of a folder above it, is not followed', async () => {
  writeFileSync(join(root, 'secret'), 'secret');
  symlinkSync(join(root, 'secret'), file);
  expect(await read()).toBeUndefined();
  rmSync(file);
  linkSync(join(root, 'secret'), file);
  expect(await read()).toBeUndefined();
  rmSync(join(config, 'projects/-work'), { recursive: true });
  mkdirSync(join(root, 'elsewhere'));
  writeFileSync(join(root, 'elsewhere', `${ID}.jsonl`), 'secret');
  symlinkSync(join(root, 'elsewhere'), join(config, 'projects/-work'));
  expect(await read()).toBeUndefined();
});
