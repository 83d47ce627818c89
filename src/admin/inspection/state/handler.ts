import { METRICS } from '../../../telemetry/index.ts';
import type { InspectionState } from '../../contract.ts';
import { defineRoute } from '../../route.ts';
import { countVerdicts } from './count-verdicts.ts';

/** What inspection has said so far, and whether its rules can be used. */
export const inspectionRoute = defineRoute({
  method: 'GET',
  path: '/api/inspection',
  access: 'view',
  operation: {
    id: 'inspection',
    summary: 'What inspection has said so far, and whether its rules can be used',
    answers: { 200: { json: 'InspectionState' } },
  },
  async handle(_request, { collector, choices }) {
    const told = collector.told('authz').map(({ families }) => families);
    const refused = told.flatMap(({ max }) => max(METRICS.inspectionRulesRefused.name) ?? []);
    const body: InspectionState = {
      counts: told.length === 0 ? null : countVerdicts(told),
      rulesRefused: refused.length === 0 ? null : Math.max(...refused) > 0,
      ...choices,
    };
    return { status: 200, body };
  },
});
