import { examineWorkspaces } from '../../workspaces/index.ts';
import type { Check } from '../finding.ts';

export const workspacesCheck: Check = {
  part: 'Workspaces',
  failure: 'wrong',
  async run({ config, env }) {
    const findings = await examineWorkspaces(config, env);
    if (findings.length === 0) return undefined;
    const bad = findings.filter(({ state }) => state !== 'ok');
    if (bad.length === 0) return { state: 'ok', detail: findings.map(({ name }) => name).join(', ') };
    const state = bad.some((finding) => finding.state === 'missing') ? 'wrong' : 'limited';
    return { state, detail: bad.map(({ name, detail }) => `${name}: ${detail}`).join('; ') };
  },
};
