import { ASKS_FOR_NOTHING, type SubmissionFields } from '../body/fields.ts';
import type { Denial, FieldProblem } from '../denial.ts';
import type { SubmissionLimits } from './limits.ts';

/** What happens to a number over its limit. A model or skill that is not allowed is always refused. */
export type OnExceeded = 'deny' | 'clamp';

/**
 * Holds what a submission asks for against its limits. Pure.
 * @param defaultModel the model of a submission that names none
 * @returns undefined where it stays within them, or what is over is left to the api to clamp
 */
export function checkLimits(
  fields: SubmissionFields,
  limits: SubmissionLimits,
  onExceeded: OnExceeded,
  defaultModel: string,
): Denial | undefined {
  if (fields === ASKS_FOR_NOTHING && limits.models === undefined) return undefined;
  const { model = defaultModel } = fields;
  const unfit: FieldProblem[] = [];
  const exceeded: FieldProblem[] = [];
  const hold = (path: string, value: number | null | undefined, max: number | undefined) => {
    if (max === undefined || value === undefined) return;
    if (value === null) unfit.push({ path, message: 'expected a number' });
    else if (value > max && onExceeded === 'deny') {
      exceeded.push({ path, message: `expected at most ${max}`, allowed: max });
    }
  };
  hold('max_tokens', fields.maxTokens, limits.maxTokens);
  hold('max_turns', fields.maxTurns, limits.maxTurns);
  hold('timeout_s', fields.timeoutS, limits.maxTimeoutS);
  if (limits.models !== undefined) {
    if (model === null) unfit.push({ path: 'model', message: 'expected a string' });
    else if (!limits.models.includes(model)) exceeded.push(notAmong('model', limits.models));
  }
  if (limits.skills !== undefined && fields.skills !== undefined) {
    const { skills } = limits;
    if (fields.skills === null) unfit.push({ path: 'skills', message: 'expected an array of names' });
    else if (!fields.skills.every((skill) => skills.includes(skill)))
      exceeded.push(notAmong('skills', skills));
  }
  if (unfit.length > 0) return denied('invalid_request', 'field_not_comparable', unfit);
  if (exceeded.length > 0) return denied('not_permitted', 'not_permitted', exceeded);
  return undefined;
}

function notAmong(path: string, allowed: readonly string[]): FieldProblem {
  const message =
    allowed.length === 0 ? 'expected none: none is allowed' : `expected only ${allowed.join(', ')}`;
  return { path, message, allowed };
}

function denied(code: Denial['code'], reason: Denial['reason'], errors: readonly FieldProblem[]): Denial {
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return { code, reason, detail, errors, policy: 'permissions' };
}
