import { findTool, missingTool } from '../../toolchain/index.ts';
import type { Check } from '../finding.ts';
import { versionAt, versionOf } from '../version.ts';

export const gitCheck: Check = {
  part: 'git',
  failure: 'wrong',
  async run({ config: { workspaces } }) {
    const path = findTool('git', workspaces.gitPath);
    if (path !== undefined) return { state: 'ok', detail: versionAt(await versionOf(path), path) };
    const isNeeded = Object.keys(workspaces.repositories).length > 0;
    return { state: isNeeded ? 'missing' : 'optional', detail: missingTool('git', workspaces.gitPath) };
  },
};
