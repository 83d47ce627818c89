import type { InputInspection } from './body/inspection.ts';
import type { OnExceeded } from './permissions/check.ts';
import type { SubmissionLimits } from './permissions/limits.ts';
import type { Access } from './routes/access.ts';
import type { StepOutcome } from './trace.ts';

/** For operators: what came of a route. */
export function describeAccess(access: Access): [StepOutcome, string] {
  if (access.kind === 'refused') return ['refused', `${access.denial.reason}: ${access.denial.detail}`];
  const { route, shadowed } = access;
  if (shadowed !== undefined) return ['shadowed', `${route.name}: ${shadowed.reason}: ${shadowed.detail}`];
  return ['ok', `${route.name}, which ${route.kind === 'submit' ? 'submits' : 'reads'}`];
}

/** For operators: what a submission may ask for at most. */
export function describeLimits(limits: SubmissionLimits, onExceeded: OnExceeded): string {
  const { maxTokens, maxTurns, maxTimeoutS, skills, models } = limits;
  const numbers = [
    ...(maxTokens === undefined ? [] : [`max_tokens ${maxTokens}`]),
    ...(maxTurns === undefined ? [] : [`max_turns ${maxTurns}`]),
    ...(maxTimeoutS === undefined ? [] : [`timeout_s ${maxTimeoutS}`]),
  ];
  const lists = [
    ...(skills === undefined ? [] : [`skills ${skills.join(' ') || 'none'}`]),
    ...(models === undefined ? [] : [`models ${models.join(' ') || 'none'}`]),
  ];
  if (numbers.length + lists.length === 0) return 'nothing is limited';
  const clamped = onExceeded === 'clamp' && numbers.length > 0 ? ['numbers over it are clamped'] : [];
  return [...numbers, ...lists, ...clamped].join(', ');
}

/** For operators: what inspection found, by rule and place, never by text. */
export function describeInspection(inspection: InputInspection | undefined): string {
  if (inspection === undefined) return 'switched off';
  const { policy, verdict, findings } = inspection;
  const by = policy.name === 'default' ? '' : ` by the policy ${policy.name}`;
  if (findings.length === 0) return `${verdict}${by}`;
  return `${verdict}${by}: ${findings.map(({ field, rule }) => `${rule} in ${field}`).join(', ')}`;
}
