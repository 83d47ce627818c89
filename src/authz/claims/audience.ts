import { ClaimProblem, type Claims, claimAt } from './read.ts';

/**
 * Whether a token is for one of the audiences: `aud` is a text or a list of texts (RFC 7519, section 4.1.3).
 * @throws ClaimProblem when it is missing or anything else
 */
export function isForAudience(claims: Claims, audiences: ReadonlySet<string>): boolean {
  const value = claimAt(claims, ['aud']);
  const listed = Array.isArray(value) ? value : [value];
  if (!listed.every((entry): entry is string => typeof entry === 'string')) {
    throw new ClaimProblem(['aud'], 'is neither a text nor a list of texts');
  }
  return listed.some((entry) => audiences.has(entry));
}
