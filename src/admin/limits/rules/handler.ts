import { LimitsError, RulesError } from '../../../ratelimit/index.ts';
import type { RuleTree } from '../../contract.ts';
import { defineRoute } from '../../route.ts';
import { countersOf, treeNode } from './tree.ts';

const MAX_NODES = 2_000;

/** The rules of the files as a tree, with what was counted of each. */
export const rulesRoute = defineRoute({
  method: 'GET',
  path: '/api/limits/rules',
  access: 'view',
  operation: {
    id: 'rules',
    summary: 'The rules of the files as a tree, with what was counted of each',
    answers: { 200: { json: 'RuleTree' } },
  },
  async handle(_request, { limits, collector }) {
    const counters = countersOf(collector.told('ratelimit'));
    try {
      const { domains, omitted } = await limits.rules(MAX_NODES);
      const body: RuleTree = {
        domains: domains.map(({ domain, nodes }) => ({
          domain,
          nodes: nodes.map(treeNode(domain, counters)),
        })),
        omitted,
        problem: null,
      };
      return { status: 200, body };
    } catch (error) {
      if (!(error instanceof RulesError || error instanceof LimitsError)) throw error;
      return { status: 200, body: { domains: [], omitted: 0, problem: error.message } satisfies RuleTree };
    }
  },
});
