import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SkillError } from './error.ts';
import { readSkill } from './skill.ts';

let root: string;
let folder: string;
const write = (path: string, content: string | Buffer) => writeFile(join(folder, path), content);
const MAIN = '---\nname: heron\ndescription: Knows of herons.\n---\nText.\n';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gatehouse-test-skill-'));
  folder = join(root, 'heron');
  await mkdir(folder);
  await write('SKILL.md', MAIN);
});
afterEach(() => rm(root, { recursive: true }));

const refusalOf = async () => {
  const error: unknown = await readSkill('heron', folder).then(
    () => undefined,
    (reason) => reason,
  );
  if (!(error instanceof SkillError)) throw new Error(`not refused: ${String(error)}`);
  return { code: error.code, message: error.message.replaceAll(root, '') };
};

test('a skill is read whole, in the order of its paths, with what may be executed', async () => {
  await mkdir(join(folder, 'scripts/more'), { recursive: true });
  await write('scripts/run.sh', '#!/bin/sh\n');
  await chmod(join(folder, 'scripts/run.sh'), 0o755);
  await write('scripts/more/größe.bin', Buffer.from([0, 255]));
  const { name, files } = await readSkill('heron', folder);
  expect(name).toBe('heron');
  expect(files).toEqual([
    { path: 'SKILL.md', bytes: Buffer.from(MAIN), executable: false },
    { path: 'scripts/more/größe.bin', bytes: Buffer.from([0, 255]), executable: false },
    { path: 'scripts/run.sh', bytes: Buffer.from('#!/bin/sh\n'), executable: true },
  ]);
});

test('a link to a file of the same skill counts as that file', async () => {
  await write('a.txt', 'the text');
  await symlink('a.txt', join(folder, 'b.txt'));
  const { files } = await readSkill('heron', folder);
  expect(files.find(({ path }) => path === 'b.txt')?.bytes.toString()).toBe('the text');
});

test('the folder itself may be a link', async () => {
  await symlink(folder, join(root, 'link'));
  expect((await readSkill('heron', join(root, 'link'))).files).toHaveLength(1);
});

test('the digest is that of names, contents and what may be executed, and of nothing else', async () => {
  await write('a', '1');
  const digest = async () => (await readSkill('heron', folder)).sha256;
  const before = await digest();
  await rm(join(folder, 'a'));
  await write('a', '1');
  expect(await digest()).toBe(before);
  await write('a', '2');
  expect(await digest()).not.toBe(before);
  await write('a', '1');
  await chmod(join(folder, 'a'), 0o755);
  expect(await digest()).not.toBe(before);
});

test('lines that end as on Windows, and further keys, are fine', async () => {
  await write(
    'SKILL.md',
    '---\r\nname: heron\r\ndescription: >\r\n  Knows\r\n  more.\r\nlicense: x\r\n---\r\n',
  );
  expect((await readSkill('heron', folder)).name).toBe('heron');
});

describe('refused is', () => {
  test('a folder that is not there', async () => {
    await rm(folder, { recursive: true });
    expect(await refusalOf()).toEqual({ code: 'folder_missing', message: '/heron: there is no such folder' });
  });

  test('a file in the place of the folder', async () => {
    await rm(folder, { recursive: true });
    await writeFile(folder, '');
    expect(await refusalOf()).toMatchObject({ code: 'not_a_folder' });
  });

  test('a folder without SKILL.md', async () => {
    await rm(join(folder, 'SKILL.md'));
    expect(await refusalOf()).toEqual({
      code: 'skill_file_missing',
      message: '/heron/SKILL.md: there is no such file',
    });
  });

  test.each([
    ['without front matter', '# Heron\n', 'front_matter_invalid'],
    ['with front matter that does not begin the file', `\n${MAIN}`, 'front_matter_invalid'],
    ['with front matter that does not end', '---\nname: heron\n', 'front_matter_invalid'],
    ['with front matter that is no YAML', '---\nname: [heron\n---\n', 'front_matter_invalid'],
    ['with front matter that is a list', '---\n- name\n---\n', 'front_matter_invalid'],
    ['with front matter that is empty', '---\n---\n', 'front_matter_invalid'],
    ['with an alias to nothing', '---\nname: *heron\n---\n', 'front_matter_invalid'],
    ['without a name', '---\ndescription: x\n---\n', 'name_differs'],
    ['with the name of another', MAIN.replace('heron', 'egret'), 'name_differs'],
    ['without a description', '---\nname: heron\n---\n', 'description_missing'],
    ['with a blank description', '---\nname: heron\ndescription: " "\n---\n', 'description_missing'],
    ['with a description that is a number', '---\nname: heron\ndescription: 4\n---\n', 'description_missing'],
    [
      'with a description that is too long',
      `---\nname: heron\ndescription: ${'x'.repeat(1025)}\n---\n`,
      'front_matter_invalid',
    ],
    ['that is too long', `${MAIN}${'x'.repeat(64 * 1024)}`, 'too_large'],
  ])('a SKILL.md %s', async (_what, text, code) => {
    await write('SKILL.md', text);
    const refusal = await refusalOf();
    expect(refusal).toMatchObject({ code, message: expect.stringContaining('/heron/SKILL.md: expected') });
    expect(refusal.message).not.toContain('\n');
  });

  test('more than 5 MiB in all', async () => {
    await write('a', Buffer.alloc(3 * 2 ** 20));
    await write('b', Buffer.alloc(2 * 2 ** 20));
    expect(await refusalOf()).toEqual({
      code: 'too_large',
      message: '/heron: expected at most 5 MiB in all',
    });
  });

  test('more than 200 files', async () => {
    await Promise.all(Array.from({ length: 200 }, (_, index) => write(`file-${index}`, '')));
    expect(await refusalOf()).toMatchObject({ code: 'too_many_files' });
  });

  test('folders that are too deep', async () => {
    await mkdir(join(folder, '1/2/3/4/5/6/7/8/9'), { recursive: true });
    expect(await refusalOf()).toMatchObject({ code: 'too_deep' });
  });

  test.each([
    ['to a file outside of the folder', '../secret', 'outside of the folder'],
    ['to an absolute path', '/etc/hostname', 'outside of the folder'],
    ['to a folder whose name begins like its own', '../heron-too/file', 'outside of the folder'],
    ['to nothing', 'nowhere', 'leads to nothing'],
    ['to itself', 'link', 'leads to nothing'],
    ['to a folder', 'sub', 'leads to a folder'],
  ])('a link %s', async (_where, target, message) => {
    await writeFile(join(root, 'secret'), 'x');
    await mkdir(join(root, 'heron-too'));
    await writeFile(join(root, 'heron-too/file'), 'x');
    await mkdir(join(folder, 'sub'));
    await symlink(target, join(folder, 'link'));
    expect(await refusalOf()).toEqual({
      code: 'link_refused',
      message: expect.stringMatching(new RegExp(`^/heron/link: expected .*${message}`)),
    });
  });

  test('a FIFO, without waiting for who writes to it', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await refusalOf()).toMatchObject({ code: 'not_a_file' });
  });

  test('a name with control characters', async () => {
    await write('a\nb', '');
    expect(await refusalOf()).toMatchObject({ code: 'name_refused' });
  });

  test('a name that is not UTF-8', async () => {
    execFileSync('sh', ['-c', `touch "$1/$(printf 'a\\377')"`, 'sh', folder]);
    expect(await refusalOf()).toMatchObject({ code: 'name_refused' });
  });

  test('a file that may not be read', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may read everything');
    await write('a', '');
    await chmod(join(folder, 'a'), 0);
    expect(await refusalOf()).toMatchObject({ code: 'unreadable' });
  });
});
