import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../src/toolchain/index.ts';

const run = promisify(execFile);

/** Where programs are kept for all checkouts of this user, that take long to build. */
export const SHARED_CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gatehouse/go');

export interface GoProgramOptions {
  /** What to build; the folder's own main package by default. */
  package?: string;
  /** Where built programs are kept; .tools/go by default. */
  cache?: string;
}

/**
 * Builds a Go program of the tests, once for each state of its sources.
 * @param sources a folder with go.mod, go.sum and, unless another package is built, main.go
 * @returns the program's path, or why it cannot be built where there is no Go
 */
export async function goProgram(
  sources: string,
  { package: pkg = '.', cache = join(ROOT, '.tools/go') }: GoProgramOptions = {},
): Promise<{ program: string } | { missing: string }> {
  const hash = createHash('sha256');
  const files = [...(pkg === '.' ? ['main.go'] : []), 'go.mod', 'go.sum'];
  for (const name of files) hash.update(readFileSync(join(sources, name)));
  const program = join(cache, `${basename(sources)}-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(program)) return { program };
  const needed = /^go 1\.(\d+)/m.exec(readFileSync(join(sources, 'go.mod'), 'utf8'))?.[1];
  const go = await findGo(Number(needed));
  if (go === undefined) return { missing: `Go 1.${needed} or newer is not installed` };
  await mkdir(cache, { recursive: true });
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-p=1' };
  // Renamed when it is whole, because several test files may build it at once.
  const unfinished = `${program}.${randomUUID()}`;
  await run('nice', ['-n', '10', go, 'build', '-o', unfinished, pkg], { cwd: sources, env });
  await rename(unfinished, program);
  return { program };
}

async function findGo(neededMinor: number): Promise<string | undefined> {
  for (const go of ['go', '/usr/local/go/bin/go']) {
    const env = { ...process.env, GOTOOLCHAIN: 'local' };
    const version = await run(go, ['env', 'GOVERSION'], { env }).catch(() => undefined);
    const minor = /^go1\.(\d+)/.exec(version?.stdout ?? '')?.[1];
    if (Number(minor) >= neededMinor) return go;
  }
  return undefined;
}
