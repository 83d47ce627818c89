import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTool, missingTool } from '../toolchain/index.ts';

export type EnvoyCheck = { ok: true } | { ok: false; message: string };

/** Envoy needs 0.2 s; a loaded machine may need a few. */
const VALIDATION_TIMEOUT_MS = 30_000;

/**
 * Has the real Envoy validate a rendered configuration, which includes reading the certificates that it names.
 * @param yaml what renderEnvoy returned
 * @param envoyPath config.envoy.path
 * @returns not ok, with Envoy's own words, when it refuses the configuration; not ok as well without an Envoy
 */
export async function checkEnvoy(yaml: string, envoyPath?: string): Promise<EnvoyCheck> {
  const envoy = findTool('envoy', envoyPath);
  if (envoy === undefined) return { ok: false, message: missingTool('envoy', envoyPath) };
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-envoy-'));
  try {
    const file = join(dir, 'envoy.yaml');
    await writeFile(file, yaml, { mode: 0o600 });
    return await validate(envoy, file);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function validate(envoy: string, file: string): Promise<EnvoyCheck> {
  const args = ['--mode', 'validate', '--log-level', 'critical', '--config-path', file];
  return new Promise((resolve) => {
    execFile(envoy, args, { timeout: VALIDATION_TIMEOUT_MS }, (error, stdout, stderr) => {
      if (error === null) resolve({ ok: true });
      else resolve({ ok: false, message: refusal(stdout + stderr) ?? error.message });
    });
  });
}

/** A log line's own part, such as `[2026-11-22 20:00:00.000][1][critical][main] [source/server/server.cc:1] `. */
const LOG_PREFIX = /^(?:\[[^\]]*\] ?)+/;

/** The part of Envoy's output that says what is wrong: the lines after its log, else the log's own. */
function refusal(output: string): string | undefined {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const plain = lines.filter((line) => !line.startsWith('['));
  const said = plain.length > 0 ? plain : lines.map((line) => line.replace(LOG_PREFIX, ''));
  return said.length === 0 ? undefined : said.join('\n');
}
