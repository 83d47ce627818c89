import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../src/toolchain/index.ts';

const run = promisify(execFile);

/**
 * Builds a Go program of the tests, once for each state of its sources, into .tools/go.
 * @param sources its folder, with main.go, go.mod and go.sum
 * @returns the program's path, or why it cannot be built where there is no Go
 */
export async function goProgram(sources: string): Promise<{ program: string } | { missing: string }> {
  const hash = createHash('sha256');
  for (const name of ['main.go', 'go.mod', 'go.sum']) hash.update(readFileSync(join(sources, name)));
  const program = join(ROOT, '.tools/go', `${basename(sources)}-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(program)) return { program };
  const needed = /^go 1\.(\d+)/m.exec(readFileSync(join(sources, 'go.mod'), 'utf8'))?.[1];
  const go = await findGo(Number(needed));
  if (go === undefined) return { missing: `Go 1.${needed} or newer is not installed` };
  await mkdir(join(ROOT, '.tools/go'), { recursive: true });
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-p=1' };
  await run('nice', ['-n', '10', go, 'build', '-o', program, '.'], { cwd: sources, env });
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
