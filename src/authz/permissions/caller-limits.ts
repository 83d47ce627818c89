import type { AssertedLimits } from '../assertion-claims.ts';
import type { Principal } from '../credentials/principal.ts';
import { createKeptBeside } from '../kept-beside.ts';
import { effectiveLimits, restrictsNothing, type SubmissionLimits } from './limits.ts';

/** What a caller's submissions are held to. */
export interface CallerLimits {
  limits: SubmissionLimits;
  /** What of it the api is told; undefined where nothing is limited. */
  asserted: AssertedLimits | undefined;
}

interface Remembered extends CallerLimits {
  tier: SubmissionLimits;
  defaultModel: string;
}

/** As long as its caller's principal is known; or that of a tier, for all whose credentials restrict nothing themselves. */
const latest = createKeptBeside<Principal | SubmissionLimits, Remembered>();

/**
 * The same object again as long as tier and default model are the same.
 * @param tier what the caller's tier allows
 * @param defaultModel the model of a submission that names none
 */
export function callerLimits(
  principal: Principal,
  tier: SubmissionLimits,
  defaultModel: string,
): CallerLimits {
  const owner = restrictsNothing(principal.permissions) ? tier : principal;
  const before = latest.get(owner);
  if (before !== undefined && before.tier === tier && before.defaultModel === defaultModel) return before;
  const limits = effectiveLimits(tier, principal.permissions);
  const remembered = { limits, asserted: assertedLimits(limits, defaultModel), tier, defaultModel };
  latest.set(owner, remembered);
  return remembered;
}

function assertedLimits(limits: SubmissionLimits, defaultModel: string): AssertedLimits | undefined {
  if (limits.models !== undefined) return { ...limits, model: defaultModel };
  return Object.keys(limits).length === 0 ? undefined : limits;
}
