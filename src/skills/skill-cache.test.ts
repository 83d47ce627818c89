import { chmod, mkdir, mkdtemp, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SkillCache } from './skill-cache.ts';

let root: string;
let folder: string;
/** Long after all was written. */
let cache: SkillCache;
const MAIN = '---\nname: heron\ndescription: Knows of herons.\n---\n';
const write = (path: string, content: string) => writeFile(join(folder, path), content);
const read = () => cache.read('heron', folder);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gatehouse-test-skill-cache-'));
  folder = join(root, 'heron');
  await mkdir(join(folder, 'scripts'), { recursive: true });
  await write('SKILL.md', `${MAIN}one`);
  await write('scripts/tell.sh', 'one');
  cache = new SkillCache(() => Date.now() + 3_600_000);
});
afterEach(() => rm(root, { recursive: true }));

test('a skill that nobody changed is read once', async () => {
  expect(await read()).toBe(await read());
});

test('jobs that ask at the same time share one reading', async () => {
  const [first, second] = await Promise.all([read(), read()]);
  expect(first).toBe(second);
});

test.each<[string, () => Promise<unknown>]>([
  ['changed', () => write('scripts/tell.sh', 'two')],
  ['added', () => write('scripts/more.sh', 'one')],
  ['removed', () => rm(join(folder, 'scripts/tell.sh'))],
  ['made executable', () => chmod(join(folder, 'scripts/tell.sh'), 0o755)],
  [
    'replaced by one of the same size',
    () => write('other', 'two').then(() => rename(join(folder, 'other'), join(folder, 'scripts/tell.sh'))),
  ],
])('a skill of which a file was %s is read anew', async (_, change) => {
  const before = await read();
  await change();
  const after = await read();
  expect(after.sha256).not.toBe(before.sha256);
});

test('a change that keeps size and time of a file is seen', async () => {
  const before = await read();
  const path = join(folder, 'scripts/tell.sh');
  const { atime, mtime } = await stat(path);
  await write('scripts/tell.sh', 'two');
  await utimes(path, atime, mtime);
  expect((await read()).sha256).not.toBe(before.sha256);
});

test('a change of what a link leads to is seen', async () => {
  await symlink('tell.sh', join(folder, 'scripts/link.sh'));
  const before = await read();
  await write('scripts/tell.sh', 'two');
  expect((await read()).sha256).not.toBe(before.sha256);
});

test('a skill that was changed a moment ago is not kept yet', async () => {
  cache = new SkillCache(Date.now);
  expect(await read()).not.toBe(await read());
});

test('a skill that cannot be used any more is refused, and is read again once it can', async () => {
  const before = await read();
  await write('SKILL.md', 'no front matter');
  await expect(read()).rejects.toThrow(/SKILL\.md/);
  await write('SKILL.md', `${MAIN}one`);
  expect((await read()).sha256).toBe(before.sha256);
});

test('of many large skills only so many are kept', async () => {
  const large = Buffer.alloc(4 * 2 ** 20);
  const names = Array.from({ length: 20 }, (_, n) => `large-${n}`);
  for (const name of names) {
    await mkdir(join(root, name));
    await writeFile(join(root, name, 'SKILL.md'), MAIN.replace('heron', name));
    await writeFile(join(root, name, 'data'), large);
  }
  const readAll = () => Promise.all(names.map((name) => cache.read(name, join(root, name))));
  const [before, after] = [await readAll(), await readAll()];
  const kept = before.filter((skill, n) => skill === after[n]);
  expect(kept.length).toBeLessThanOrEqual(16);
});
