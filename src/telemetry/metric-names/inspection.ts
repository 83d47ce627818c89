import type { MetricDefinition } from './definition.ts';

/** What inspection makes of prompts. */
export const INSPECTION_METRICS = {
  inspectionVerdicts: {
    name: 'gatehouse_inspection_verdicts_total',
    type: 'counter',
    roles: ['authz'],
    help: 'Submissions whose texts were inspected, by policy, verdict (allow, flag, reject; also in shadow mode) and reason class',
    labels: ['policy', 'verdict', 'reason_class'],
  },
  inspectionRuleLoads: {
    name: 'gatehouse_inspection_rule_loads_total',
    type: 'counter',
    roles: ['authz'],
    help: 'Sets of inspection rules that were read from files, by result (loaded, refused)',
    labels: ['result'],
  },
  inspectionRulesRefused: {
    name: 'gatehouse_inspection_rules_refused',
    type: 'gauge',
    roles: ['authz'],
    help: '1 while the newest inspection rules cannot be used and older ones stay in force, else 0',
    labels: [],
  },
  inspectionUnrecordedFindings: {
    name: 'gatehouse_inspection_unrecorded_findings_total',
    type: 'counter',
    roles: ['authz'],
    help: 'Flagged and rejected submissions that were decided on and not written down for the dashboard, by why: too_many, or store while Redis was away',
    labels: ['reason'],
  },
  inspectionPromptLeaks: {
    name: 'gatehouse_inspection_prompt_leaks_total',
    type: 'counter',
    roles: ['worker'],
    help: 'Attempts in which the model wrote the marker of its system prompt (inspection.canary)',
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>;
