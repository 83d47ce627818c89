import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeFew } from './remove-few.ts';

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gatehouse-test-few-'));
  folder = join(root, 'folder');
  mkdirSync(folder);
});
afterEach(() => rmSync(root, { recursive: true }));

const openDescriptors = () => readdirSync('/proc/self/fd').length;

test('a folder is emptied of whatever it is called, and itself stays', () => {
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  for (const name of ['a/b/c', '.hidden', '-delete', 'with\nline', "quote'"])
    writeFileSync(join(folder, name), '');
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe])]), '');
  const before = openDescriptors();
  removeFew(folder);
  expect(readdirSync(folder)).toEqual([]);
  expect(openDescriptors()).toBe(before);
});

test('what a link leads to stays, to a file and to a folder', () => {
  mkdirSync(join(root, 'outside'));
  writeFileSync(join(root, 'outside/precious'), 'kept');
  symlinkSync(join(root, 'outside'), join(folder, 'to-folder'));
  symlinkSync(join(root, 'outside/precious'), join(folder, 'to-file'));
  removeFew(folder);
  expect(readdirSync(folder)).toEqual([]);
  expect(readFileSync(join(root, 'outside/precious'), 'utf8')).toBe('kept');
});

test('a link in the place of the folder itself is not followed', () => {
  writeFileSync(join(folder, 'precious'), '');
  symlinkSync(folder, join(root, 'link'));
  removeFew(join(root, 'link'));
  expect(existsSync(join(folder, 'precious'))).toBe(true);
});

test('of many entries most stay, and so does what is nested deeply', () => {
  for (let index = 0; index < 1000; index += 1) writeFileSync(join(folder, String(index)), '');
  removeFew(folder);
  expect(readdirSync(folder).length).toBeGreaterThan(900);
  const deep = join(root, 'deep');
  mkdirSync(join(deep, ...Array.from({ length: 40 }, () => 'a')), { recursive: true });
  removeFew(deep);
  expect(readdirSync(deep)).toEqual(['a']);
});

test('a folder that is not there is no error', () => {
  removeFew(join(root, 'nowhere'));
});
