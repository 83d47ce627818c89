import { checkSkills } from '../../skills/index.ts';
import type { Check } from '../finding.ts';

export const skillsCheck: Check = {
  part: 'Skills',
  failure: 'missing',
  run: async ({ config }) => ({ state: 'ok', detail: (await checkSkills(config)).join(', ') || 'none' }),
};
