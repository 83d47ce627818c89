import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RulesError } from '../../rule-files/index.ts';
import { loadRules } from './load.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-rules-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function files(...texts: string[]): Promise<string[]> {
  return Promise.all(
    texts.map(async (text, index) => {
      const file = join(folder, `${index}.yaml`);
      await writeFile(file, text);
      return file;
    }),
  );
}

describe('loading rules', () => {
  it('gives every domain of all files', async () => {
    const { rules } = await loadRules(await files('domain: a\n', 'domain: b\n'));
    expect([...rules.keys()]).toEqual(['a', 'b']);
  });

  it('tells what is wrong in all files at once', async () => {
    const paths = await files('domain: a\nx: 1\n', 'domain: a\n');
    const missing = join(folder, 'missing.yaml');
    const error = await loadRules([...paths, missing]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RulesError);
    expect(error).toMatchObject({
      message: [
        `${missing}: there is no such file or folder`,
        `${paths[0]}:2:1: x: unknown key`,
        `${paths[1]}:1:9: domain: domain "a" is already defined in ${paths[0]}:1`,
      ].join('\n'),
    });
  });

  it('takes a folder for the rule files in it and below it, without what begins with a dot', async () => {
    const root = await mkdtemp(join(folder, 'tree-'));
    await mkdir(join(root, 'b/deep'), { recursive: true });
    await mkdir(join(root, '..2026_01'), { recursive: true });
    const put = (path: string, domain: string) => writeFile(join(root, path), `domain: ${domain}\n`);
    await Promise.all([
      ...[put('z.yaml', 'z'), put('a.yml', 'a'), put('b/deep/d.yaml', 'd')],
      ...[put('README.md', 'no'), put('.hidden.yaml', 'no'), put('..2026_01/z.yaml', 'z')],
    ]);
    const { rules, files: read } = await loadRules([root]);
    expect([...rules.keys()]).toEqual(['a', 'd', 'z']);
    expect(read).toEqual(['a.yml', 'b/deep/d.yaml', 'z.yaml'].map((name) => join(root, name)));
  });

  it('says of a folder that it holds no rule file', async () => {
    const root = await mkdtemp(join(folder, 'empty-'));
    await expect(loadRules([root])).rejects.toThrow(`${root}: holds no *.yaml file`);
  });

  it('says why a file cannot be read', async () => {
    const root = await mkdtemp(join(folder, 'broken-'));
    await symlink('nowhere.yaml', join(root, 'rules.yaml'));
    await expect(loadRules([root])).rejects.toThrow(
      `${join(root, 'rules.yaml')}: there is no such file or folder`,
    );
  });

  it('tells what is taken, but hardly meant', async () => {
    const [path] = await files('domain: a\nshadow_mode: true\n');
    const { warnings } = await loadRules([path ?? '']);
    expect(warnings).toMatchObject([{ file: path, line: 2, code: 'misplaced_key' }]);
  });

  it('merges files of one domain where that is asked for', async () => {
    const paths = await files(
      'domain: a\ndescriptors: [{key: k}, {key: l}]\n',
      'domain: a\ndescriptors: [{key: m}]\n',
    );
    const { rules } = await loadRules(paths, { mergeDomains: true });
    expect([...(rules.get('a')?.tree.byKey.keys() ?? [])]).toEqual(['k', 'l', 'm']);
  });

  it('names both files where merged ones have a descriptor twice or disagree', async () => {
    const paths = await files(
      'domain: a\ndescriptors: [{key: k}]\n',
      'domain: a\ngatehouse: {}\ndescriptors: [{key: k}]\n',
    );
    await expect(loadRules(paths, { mergeDomains: true })).rejects.toMatchObject({
      message: [
        `${paths[1]}:1:9: gatehouse: expected the same for domain "a" as in ${paths[0]}:1`,
        `${paths[1]}:3:15: descriptors[0]: key "k" is already on this level by ${paths[0]}:2`,
      ].join('\n'),
    });
  });
});
