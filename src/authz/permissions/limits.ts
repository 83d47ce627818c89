import type { Config } from '../../config/index.ts';
import type { Permissions } from '../credentials/principal.ts';

/** The most that a submission may ask for; what is absent is not limited here. */
export interface SubmissionLimits {
  maxTokens?: number;
  maxTurns?: number;
  maxTimeoutS?: number;
  skills?: readonly string[];
  models?: readonly string[];
}

/** What each tier allows, by its name; every tier of the configuration is there. */
export function tierLimits({
  tiers,
  permissions,
}: Pick<Config, 'tiers' | 'permissions'>): ReadonlyMap<string, SubmissionLimits> {
  return new Map(Object.keys(tiers).map((name) => [name, limitsOf(permissions.tiers[name] ?? {})]));
}

function limitsOf(written: Partial<Config['permissions']['tiers'][string]>): SubmissionLimits {
  const { maxTokensPerRequest, maxTurns, maxTimeout, allowedSkills, allowedModels } = written;
  return {
    ...(maxTokensPerRequest !== undefined && { maxTokens: maxTokensPerRequest }),
    ...(maxTurns !== undefined && { maxTurns }),
    ...(maxTimeout !== undefined && { maxTimeoutS: Math.floor(maxTimeout.ms / 1000) }),
    ...(allowedSkills !== undefined && { skills: allowedSkills }),
    ...(allowedModels !== undefined && { models: allowedModels }),
  };
}

/** What a tier allows and what a credential allows; of both the stricter. */
export function effectiveLimits(tier: SubmissionLimits, credential: Permissions): SubmissionLimits {
  if (restrictsNothing(credential)) return tier;
  const { maxTokensPerRequest, allowedSkills, allowedModels } = credential;
  const maxTokens = smaller(tier.maxTokens, maxTokensPerRequest);
  const skills = shared(tier.skills, allowedSkills);
  const models = shared(tier.models, allowedModels);
  return {
    ...tier,
    ...(maxTokens !== undefined && { maxTokens }),
    ...(skills !== undefined && { skills }),
    ...(models !== undefined && { models }),
  };
}

/** Whether a credential leaves all to its tier. */
export function restrictsNothing({
  maxTokensPerRequest,
  allowedSkills,
  allowedModels,
}: Permissions): boolean {
  return maxTokensPerRequest === undefined && allowedSkills === undefined && allowedModels === undefined;
}

function smaller(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}

function shared(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.filter((name) => b.includes(name));
}
