import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { Check } from '../finding.ts';

/** Settings that name a file with a secret in it. */
const SECRET_SETTING = /(?:(?:key|token|password|secret)File|^admin\.tokens\.\d+\.file)$/i;
/** For the group, and for all others. */
const OTHERS_MODE = 0o077;

export const secretsCheck: Check = {
  part: 'Secrets',
  failure: 'wrong',
  async run({ config }) {
    const files = secretFiles(config);
    if (files.length === 0)
      return { state: 'ok', detail: 'none are configured; `gatehouse up` makes its own' };
    const problems = await Promise.all(files.map(([setting, file]) => problemWith(setting, file)));
    const absent = problems.flatMap((problem) => (problem?.kind === 'absent' ? problem.text : []));
    if (absent.length > 0) return { state: 'missing', detail: absent.join(' ') };
    const open = problems.flatMap((problem) => (problem?.kind === 'open' ? problem.text : []));
    if (open.length > 0) return { state: 'limited', detail: open.join(' ') };
    return { state: 'ok', detail: `${files.length} files, which only their owner may read` };
  },
};

/** Every file of a secret that a configuration names, by its setting. */
export function secretFiles(value: unknown, path = ''): [setting: string, file: string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const setting = path === '' ? key : `${path}.${key}`;
    return typeof inner === 'string' && SECRET_SETTING.test(setting)
      ? [[setting, inner]]
      : secretFiles(inner, setting);
  });
}

async function problemWith(
  setting: string,
  file: string,
): Promise<{ kind: 'absent' | 'open'; text: string } | undefined> {
  try {
    await access(file, constants.R_OK);
    const { mode } = await stat(file);
    if ((mode & OTHERS_MODE) === 0) return undefined;
    return { kind: 'open', text: `Others may read ${file} (${setting}): chmod 600 ${file}.` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      kind: 'absent',
      text: `${setting} names ${file}, which cannot be read (${code}): write it, or correct the path.`,
    };
  }
}
