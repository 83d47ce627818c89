import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gatehouse, temporaryFolder } from '../support/installation.ts';
import { makeRepository } from '../support/repository.ts';

let dir: string;
beforeEach(async () => {
  dir = await temporaryFolder();
});
afterEach(() => rm(dir, { recursive: true }));

async function written(yaml: string): Promise<string> {
  const file = join(dir, 'gatehouse.yaml');
  await writeFile(file, yaml);
  return file;
}

const COMMANDS = [
  ['config', 'check'],
  ['up', '--json'],
  ['keys', 'list'],
  ['envoy', 'check'],
  ['serve', 'authz'],
];

describe.each(COMMANDS)('gatehouse %s %s with a bad configuration', (...command) => {
  test('names every mistake with file, line and column, and exits with 1', async () => {
    const file = await written(
      ['listen:', '  envoyHtp: 127.0.0.1:8080', 'jobs:', '  timeout: 5', 'pool:', '  workers: many'].join(
        '\n',
      ),
    );
    const result = await gatehouse([...command, '--config', file, '--data-dir', join(dir, 'data')]);
    expect(result).toEqual({
      code: 1,
      stdout: '',
      stderr: [
        'The configuration cannot be used:',
        `  ${file}:2:3: listen.envoyHtp: unknown key; did you mean "envoyHttp"?`,
        `  ${file}:4:3: jobs.timeout: expected a duration such as 500ms, 30s, 5m or 24h, got 5`,
        `  ${file}:6:3: pool.workers: expected a number, got "many"`,
        '',
      ].join('\n'),
    });
  });
});

describe('gatehouse config check', () => {
  const check = (...args: string[]) => gatehouse(['config', 'check', '--data-dir', dir, ...args]);

  test('of the configuration that ships says that it is valid', async () => {
    expect(await check()).toEqual({ code: 0, stdout: 'The configuration is valid.\n', stderr: '' });
  });

  test('names a workspace whose path is no repository, or that lacks its branch', async () => {
    const repository = makeRepository({ 'a.txt': 'a' });
    try {
      const file = await written(
        `workspaces: { repositories: { gone: { path: gone, tenants: [a] }, other: { path: ${repository.path}, tenants: [a], defaultBranch: trunk } } }\n`,
      );
      const { code, stdout, stderr } = await check('--config', file);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(`workspaces.repositories.gone: ${dir}/gone cannot be read (not_found)`);
      expect(stderr).toContain(`workspaces.repositories.other: ${repository.path} has no branch trunk`);
    } finally {
      repository.remove();
    }
  });

  test('prints all of it as JSON, with what was put over it', async () => {
    const file = await written('pool:\n  workers: 3\n');
    const { code, stdout } = await check('--json', '--config', file, '--set', 'jobs.timeout=90s');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      pool: { workers: 3 },
      jobs: { timeout: { ms: 90_000 } },
      listen: { envoyHttp: { host: '127.0.0.1', port: 8080 } },
    });
  });

  test.each([
    ['that is not there', join('nowhere', 'gatehouse.yaml'), 'nowhere/gatehouse.yaml: there is no such file'],
    ['that is a folder', 'src', 'src: cannot be read (EISDIR)'],
  ])('names a file %s', async (_, file, said) => {
    const { code, stderr } = await check('--config', file);
    expect(code).toBe(1);
    expect(stderr).toBe(`The configuration cannot be used:\n  ${said}\n`);
  });

  test('names every skill that cannot be used, with what is wrong and where', async () => {
    await mkdir(join(dir, 'heron'));
    await writeFile(join(dir, 'heron/SKILL.md'), 'Herons.\n');
    const file = await written('skills: { folders: { heron: heron, egret: nowhere } }\n');
    const { code, stderr } = await check('--config', file);
    expect(code).toBe(1);
    expect(stderr).toBe(
      [
        'The configuration cannot be used:',
        `  skills.folders.heron: ${dir}/heron/SKILL.md: expected it to begin with a line of ---, then name and description in YAML, then another ---`,
        `  skills.folders.egret: ${dir}/nowhere: there is no such folder`,
        '',
      ].join('\n'),
    );
  });

  test.each([
    [
      'a skill with the name of one that ships',
      'folders: { pdf: ./x }',
      'skills.folders.pdf: expected another name',
    ],
    ['a skill named twice', 'folders:\n    heron: a\n    heron: b', 'Map keys must be unique'],
    ['a name that is none', 'folders: { ../x: y }', 'skills.folders.../x: expected lower-case letters'],
    [
      'a shipped skill that does not ship',
      'shipped: [pfd]',
      'skills.shipped.0: expected one of docx, pdf, tdd',
    ],
  ])('refuses %s', async (_, yaml, said) => {
    const { code, stderr } = await check('--config', await written(`skills:\n  ${yaml}\n`));
    expect(code).toBe(1);
    expect(stderr).toContain(said);
  });

  test('a skill may take the name of one that ships and is left out', async () => {
    await mkdir(join(dir, 'pdf'));
    await writeFile(join(dir, 'pdf/SKILL.md'), '---\nname: pdf\ndescription: Ours.\n---\n');
    const file = await written('skills: { shipped: [tdd], folders: { pdf: pdf } }\n');
    expect(await check('--config', file)).toMatchObject({ code: 0 });
  });

  test('says where text is not YAML', async () => {
    const file = await written('pool:\n  workers: [1\n');
    const { code, stderr } = await check('--config', file);
    expect(code).toBe(1);
    expect(stderr).toContain(`${file}:3:1: `);
  });

  test('does not repeat a password', async () => {
    const { code, stderr } = await check('--set', 'redis.url=reddis://:hunter2@host');
    expect(code).toBe(1);
    expect(stderr).toContain('--set redis.url: expected redis://');
    expect(stderr).not.toContain('hunter2');
  });
});
