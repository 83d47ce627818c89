import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A git repository of a test's own, with a working folder. */
export interface TestRepository {
  path: string;
  /** Runs git in it. @returns what it prints, without the line end */
  git(...args: string[]): string;
  /** Commits these files on the current branch: text, bytes, `{ link }`, or `{ program }` for an executable one. */
  commit(files: Record<string, TestFile>): string;
  remove(): void;
}

export type TestFile = string | Buffer | { link: string } | { program: string } | undefined;

const IDENTITY = ['-c', 'user.name=service-a', '-c', 'user.email=service-a@example.org'];

/** Makes a repository with the branch main, and one commit where there are files. */
export function makeRepository(files: Record<string, TestFile> = {}): TestRepository {
  const path = mkdtempSync(join(tmpdir(), 'gatehouse-test-repository-'));
  const env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
  };
  const git = (...args: string[]) =>
    execFileSync('git', [...IDENTITY, ...args], {
      cwd: path,
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trimEnd();
  git('init', '--quiet', '--initial-branch=main');
  const repository: TestRepository = {
    path,
    git,
    commit(changed) {
      for (const [name, file] of Object.entries(changed)) putFile(join(path, name), file);
      git('add', '--all', '--force');
      git('commit', '--quiet', '--allow-empty', '--message=change');
      return git('rev-parse', 'HEAD');
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
  if (Object.keys(files).length > 0) repository.commit(files);
  return repository;
}

function putFile(path: string, file: TestFile): void {
  rmSync(path, { recursive: true, force: true });
  if (file === undefined) return;
  mkdirSync(dirname(path), { recursive: true });
  if (typeof file === 'string' || Buffer.isBuffer(file)) writeFileSync(path, file);
  else if ('link' in file) symlinkSync(file.link, path);
  else {
    writeFileSync(path, file.program);
    chmodSync(path, 0o755);
  }
}
