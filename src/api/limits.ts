import type { AssertedLimits } from '../authz/index.ts';
import type { FieldError } from '../http/index.ts';
import type { JobPermissions, JobRequest } from '../jobs/index.ts';

/** What a job gets that does not say. */
export interface JobDefaults {
  maxTurns: number;
  timeoutS: number;
}

/** A request as it may run: within the limits that authz asserted, also where it leaves a field out. */
export function withinLimits(request: JobRequest, limits: AssertedLimits, defaults: JobDefaults): JobRequest {
  const maxTokens = within(request.max_tokens, limits.maxTokens, Number.POSITIVE_INFINITY);
  const maxTurns = within(request.max_turns, limits.maxTurns, defaults.maxTurns);
  const timeoutS = within(request.timeout_s, limits.maxTimeoutS, defaults.timeoutS);
  const model = request.model ?? limits.model;
  return {
    ...request,
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(maxTurns !== undefined && { max_turns: maxTurns }),
    ...(timeoutS !== undefined && { timeout_s: timeoutS }),
    ...(model !== undefined && { model }),
  };
}

/** authz has refused these already. Its word that they are allowed is in the assertion, and there is no other. */
export function skillsNotAllowed(
  { skills: asked = [] }: Pick<JobRequest, 'skills'>,
  { skills: allowed }: AssertedLimits,
): FieldError | undefined {
  if (allowed === undefined || asked.every((name) => allowed.includes(name))) return undefined;
  const message = allowed.length === 0 ? 'expected none' : `expected only ${allowed.join(', ')}`;
  return { path: 'skills', message };
}

/** What the run may do, beyond what its request asks for. */
export function permissionsFrom({ maxTokens, skills, models }: AssertedLimits): JobPermissions {
  return {
    ...(maxTokens !== undefined && { maxTokensPerRequest: maxTokens }),
    ...(skills !== undefined && { allowedSkills: skills }),
    ...(models !== undefined && { allowedModels: models }),
  };
}

function within(asked: number | undefined, max: number | undefined, fallback: number): number | undefined {
  return max === undefined ? asked : Math.min(asked ?? fallback, max);
}
