// Builds Jaeger once for all checkouts of this user: `make jaeger`. Needs Go; ten minutes, 1 GB of memory and, while it
// builds, 4 GB of disk. There are no packages of it: Debian has none, and its module cannot be installed by `go install`.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findTool, JAEGER, jaegerPath } from '../src/toolchain/index.ts';

const run = promisify(execFile);
/** A build prints what it could not compile. */
const MAX_OUTPUT_BYTES = 16 * 2 ** 20;
const NEEDED_GO_MINOR = 24;

class BuildError extends Error {}

async function findGo(): Promise<string> {
  for (const go of ['go', '/usr/local/go/bin/go']) {
    const version = await run(go, ['env', 'GOVERSION']).catch(() => undefined);
    if (Number(/^go1\.(\d+)/.exec(version?.stdout ?? '')?.[1]) >= NEEDED_GO_MINOR) return go;
  }
  throw new BuildError(`Go 1.${NEEDED_GO_MINOR} or newer is not installed`);
}

/** @returns the folder of the module's sources, which Go has compared with its checksum database, and we with ours */
async function download(go: string, cwd: string): Promise<string> {
  const { stdout } = await run(go, ['mod', 'download', '-json', `${JAEGER.module}@${JAEGER.version}`], {
    cwd,
  });
  const { Dir, Sum } = JSON.parse(stdout) as { Dir: string; Sum: string };
  if (Sum !== JAEGER.sum) throw new BuildError(`the module's checksum is ${Sum}, expected ${JAEGER.sum}`);
  return Dir;
}

async function build(): Promise<void> {
  const target = jaegerPath();
  if (findTool('jaeger', target) !== undefined) return console.log(`Jaeger is already there: ${target}`);
  const go = await findGo();
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(join(dirname(target), 'build-'));
  try {
    console.log(`Building Jaeger ${JAEGER.version}, which takes about ten minutes ...`);
    const sources = join(folder, 'sources');
    await cp(await download(go, folder), sources, { recursive: true });
    await run('chmod', ['-R', 'u+w', sources]);
    const env = { ...process.env, CGO_ENABLED: '0' };
    const args = ['build', '-trimpath', '-ldflags=-s -w', '-o', join(folder, 'jaeger'), './cmd/jaeger'];
    await run('nice', ['-n', '10', go, ...args], { cwd: sources, env, maxBuffer: MAX_OUTPUT_BYTES });
    await rename(join(folder, 'jaeger'), target);
    console.log(`Jaeger is built: ${target}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  await build();
} catch (error) {
  // `go build` says why on its error output, `go mod download -json` on the other.
  const { message, stderr, stdout } = error as Error & { stderr?: string; stdout?: string };
  const said = (stderr || stdout)?.trim().split('\n').slice(-15).join('\n');
  console.error(`Jaeger was not built: ${message.split('\n', 1)[0]}${said ? `\n${said}` : ''}`);
  process.exitCode = 1;
}
