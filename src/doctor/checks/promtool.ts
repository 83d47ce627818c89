import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Check } from '../finding.ts';

/** Only who changes alert rules needs it. */
export const promtoolCheck: Check = {
  part: 'promtool',
  failure: 'wrong',
  async run({ env }) {
    const path = (env.PATH ?? '')
      .split(delimiter)
      .filter((folder) => folder !== '')
      .map((folder) => join(folder, 'promtool'))
      .find(isExecutable);
    if (path !== undefined) return { state: 'ok', detail: path };
    return {
      state: 'optional',
      detail: "tests alert rules that were changed; Debian's package prometheus has it",
    };
  },
};

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
