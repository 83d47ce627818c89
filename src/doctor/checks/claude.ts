import { findTool, missingTool } from '../../toolchain/index.ts';
import type { Check } from '../finding.ts';
import { versionAt, versionOf } from '../version.ts';

/** What everything is tested with: toolchain/claude-code/package.json. */
export const TESTED_CLAUDE = '2.1.330';

export const claudeCheck: Check = {
  part: 'Claude Code CLI',
  failure: 'wrong',
  async run({ config: { pool } }) {
    const path = findTool('claude', pool.claudePath);
    if (path === undefined) return { state: 'missing', detail: missingTool('claude', pool.claudePath) };
    const version = await versionOf(path);
    const found = versionAt(version, path);
    return version === TESTED_CLAUDE
      ? { state: 'ok', detail: found }
      : {
          state: 'limited',
          detail: `${found}: tested is ${TESTED_CLAUDE}, and the protocol of another may differ. 'make setup' installs it.`,
        };
  },
};
