import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../src/toolchain/index.ts';

const run = promisify(execFile);

/** Where scripts/get-prometheus puts it, and where a system has it. */
const FOLDERS = [join(ROOT, '.tools/prometheus/usr/bin'), '/usr/bin', '/usr/local/bin'];

/** Debian's Prometheus; undefined where there is none. */
export function findPrometheus(): { prometheus: string; promtool: string } | undefined {
  const folder = FOLDERS.find((each) =>
    ['prometheus', 'promtool'].every((name) => existsSync(join(each, name))),
  );
  if (folder === undefined) return undefined;
  return { prometheus: join(folder, 'prometheus'), promtool: join(folder, 'promtool') };
}

export const NO_PROMETHEUS =
  'there is no Prometheus here: scripts/get-prometheus unpacks it from its Debian package';

/** @returns what it says, whether it likes what it sees or not */
export async function promtool(...args: string[]): Promise<{ ok: boolean; text: string }> {
  const found = findPrometheus();
  if (found === undefined) throw new Error(NO_PROMETHEUS);
  return run(found.promtool, args).then(
    ({ stdout, stderr }) => ({ ok: true, text: stdout + stderr }),
    ({ stdout, stderr, message }) => ({ ok: false, text: stdout + stderr || message }),
  );
}
