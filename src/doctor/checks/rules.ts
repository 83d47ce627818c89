import { loadRuleBook } from '../../inspect/index.ts';
import { checkRules, describeProblem, installedRuleFiles, LimitsError } from '../../ratelimit/index.ts';
import type { Check } from '../finding.ts';

export const limitRulesCheck: Check = {
  part: 'Rate limit rules',
  failure: 'wrong',
  async run({ config }) {
    try {
      const { paths, options } = installedRuleFiles(config.ratelimit);
      const { domains, problems, warnings } = await checkRules(paths, options);
      if (problems.length > 0) return { state: 'wrong', detail: problems.map(describeProblem).join('; ') };
      const names = domains.map(({ domain }) => domain).join(', ');
      if (warnings.length > 0) return { state: 'limited', detail: warnings.map(describeProblem).join('; ') };
      return { state: 'ok', detail: `of ${names}` };
    } catch (error) {
      // They come from a management server, which is not asked here.
      if (error instanceof LimitsError) return { state: 'ok', detail: 'from ratelimit.xds' };
      throw error;
    }
  },
};

export const inspectionRulesCheck: Check = {
  part: 'Inspection rules',
  failure: 'wrong',
  async run({ config }) {
    await loadRuleBook(config.inspection);
    const { length } = config.inspection.rules;
    return {
      state: 'ok',
      detail: length === 0 ? 'those that ship' : `those that ship, and ${length} of your own`,
    };
  },
};
