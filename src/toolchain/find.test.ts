import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findTool, missingTool, ROOT, toolCandidates } from './find.ts';

let bin: string;
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'gatehouse-bin-'));
  vi.stubEnv('PATH', bin);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(bin, { recursive: true });
});

function program(name: string, mode = 0o755): string {
  const path = join(bin, name);
  writeFileSync(path, '#!/bin/sh\n', { mode });
  return path;
}

test('a claude that happens to be on PATH is never taken', () => {
  const onPath = program('claude');
  expect(toolCandidates('claude')).not.toContain(onPath);
});

test('a claude on PATH is taken where the configuration names it', () => {
  const onPath = program('claude');
  expect(findTool('claude', 'claude')).toBe(onPath);
  expect(findTool('claude', onPath)).toBe(onPath);
});

test('Redis on PATH comes before the one that set-up installed, Envoy after it', () => {
  const [redis, envoy] = [program('redis-server'), program('envoy')];
  expect(toolCandidates('redis-server')[0]).toBe(redis);
  expect(toolCandidates('envoy').at(-1)).toBe(envoy);
  for (const path of [...toolCandidates('redis-server').slice(1), ...toolCandidates('envoy').slice(0, -1)]) {
    expect(path.startsWith(join(ROOT, '.tools'))).toBe(true);
  }
});

test('a configured path wins, also where there is nothing', () => {
  program('bwrap');
  expect(findTool('bwrap', '/nowhere/bwrap')).toBeUndefined();
});

test('what cannot be executed is no program', () => {
  program('bwrap', 0o644);
  expect(findTool('bwrap')).toBeUndefined();
  rmSync(join(bin, 'bwrap'));
  mkdirSync(join(bin, 'bwrap'));
  expect(findTool('bwrap')).toBeUndefined();
});

test('what is missing is said with where it was looked for and what to do about it', () => {
  expect(missingTool('claude')).toMatch(
    /^claude is not installed: run 'make setup', .* or set pool\.claudePath\.$/,
  );
  expect(missingTool('bwrap', '/nowhere/bwrap')).toMatch(/^bwrap was not found at \/nowhere\/bwrap: install/);
  expect(missingTool('bwrap', 'bwrap')).toMatch(/^bwrap was not found on PATH as bwrap: install/);
});
