import { type ClaimPath, ClaimProblem, type Claims, claimAt } from './read.ts';

/** When a token counts, in milliseconds since the epoch. */
export interface Validity {
  issuedAtMs?: number | undefined;
  /** By its `exp`. */
  expiresAtMs?: number | undefined;
  notBeforeMs?: number | undefined;
}

const IAT: ClaimPath = ['iat'];
const EXP: ClaimPath = ['exp'];
const NBF: ClaimPath = ['nbf'];
/** The last second of the year 9999: a later one is milliseconds by mistake, or nonsense. */
const MAX_NUMERIC_DATE_S = 253_402_300_799;

/**
 * Reads `iat`, `exp` and `nbf` (RFC 7519, section 4.1; RFC 7662, section 2.2): seconds, fractions allowed.
 * @throws ClaimProblem when one is there and is no such number
 */
export function validityOf(claims: Claims): Validity {
  return {
    issuedAtMs: instantAt(claims, IAT),
    expiresAtMs: instantAt(claims, EXP),
    notBeforeMs: instantAt(claims, NBF),
  };
}

export type ValidityProblem = 'expired' | 'not_yet_valid' | 'too_old';

/** What is wrong with a token at a time, if anything. */
export function validityProblem(
  { issuedAtMs, expiresAtMs, notBeforeMs }: Validity,
  { leewayMs, maxAgeMs }: { leewayMs: number; maxAgeMs?: number | undefined },
  nowMs: number,
): ValidityProblem | undefined {
  if (expiresAtMs !== undefined && nowMs >= expiresAtMs + leewayMs) return 'expired';
  if (notBeforeMs !== undefined && nowMs < notBeforeMs - leewayMs) return 'not_yet_valid';
  if (issuedAtMs !== undefined && nowMs < issuedAtMs - leewayMs) return 'not_yet_valid';
  if (maxAgeMs !== undefined && (issuedAtMs === undefined || nowMs >= issuedAtMs + maxAgeMs + leewayMs)) {
    return 'too_old';
  }
  return undefined;
}

/** Until when a token that counts now goes on to count. */
export function validUntilMs(
  { issuedAtMs, expiresAtMs = Number.POSITIVE_INFINITY }: Validity,
  { leewayMs, maxAgeMs }: { leewayMs: number; maxAgeMs?: number | undefined },
): number {
  const byAge =
    maxAgeMs === undefined || issuedAtMs === undefined ? Number.POSITIVE_INFINITY : issuedAtMs + maxAgeMs;
  return Math.min(expiresAtMs, byAge) + leewayMs;
}

function instantAt(claims: Claims, path: ClaimPath): number | undefined {
  const value = claimAt(claims, path);
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !(value >= 0 && value <= MAX_NUMERIC_DATE_S)) {
    throw new ClaimProblem(path, 'is not a time in seconds since 1970');
  }
  return value * 1000;
}
