/** What a token says, as its JSON object. */
export type Claims = Readonly<Record<string, unknown>>;

/** Names within names. */
export type ClaimPath = readonly string[];

/** A claim that is there and is not what it has to be. The message names the claim, never its value. */
export class ClaimProblem extends Error {
  override readonly name = 'ClaimProblem';
  readonly claim: string;

  constructor(path: ClaimPath, problem: string) {
    const claim = path.join('.');
    super(`${claim} ${problem}`);
    this.claim = claim;
  }
}

/** Entries of a list, and characters of each, that a claim may have: more would be copied with every request. */
const MAX_ENTRIES = 100;
const MAX_ENTRY_CHARACTERS = 128;
const ENTRY = /^[\x21-\x7e]+$/;
/** RFC 5321, section 4.5.3.1.3, has no longer path. */
const MAX_EMAIL_CHARACTERS = 254;
const EMAIL = /^[^\s@\p{C}]+@[^\s@\p{C}]+$/u;

/**
 * The value at a path; undefined when a name on the way is not there.
 * @throws ClaimProblem where something on the way has no names below it
 */
export function claimAt(claims: Claims, path: ClaimPath): unknown {
  const [first] = path;
  if (first !== undefined && path.length === 1) {
    const value = claims[first];
    // Own members only: a token has no say over what objects inherit.
    return value !== undefined && Object.hasOwn(claims, first) ? value : undefined;
  }
  let at: unknown = claims;
  for (const [depth, name] of path.entries()) {
    if (!isObject(at)) throw new ClaimProblem(path.slice(0, depth), 'is not an object');
    if (!Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

/** @throws ClaimProblem when it is there and is not a text with something in it */
export function textAt(claims: Claims, path: ClaimPath): string | undefined {
  const value = claimAt(claims, path);
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '') throw new ClaimProblem(path, 'is not a text');
  return value;
}

/** @throws ClaimProblem when it is there and is not a whole number from 1 */
export function countAt(claims: Claims, path: ClaimPath): number | undefined {
  const value = claimAt(claims, path);
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
    throw new ClaimProblem(path, 'is not a whole number from 1');
  }
  return value;
}

/** @throws ClaimProblem when it is there and is not a list of printable texts without spaces */
export function listAt(claims: Claims, path: ClaimPath): readonly string[] | undefined {
  const value = claimAt(claims, path);
  return value === undefined ? undefined : listOf(value, path);
}

/** As listAt, or a text with single spaces between (RFC 6749, section 3.3). */
export function spacedListAt(claims: Claims, path: ClaimPath): readonly string[] | undefined {
  const value = claimAt(claims, path);
  if (value === undefined || value === '') return undefined;
  return listOf(typeof value === 'string' ? value.split(' ') : value, path);
}

/** @throws ClaimProblem when it is there and is not an address */
export function emailAt(claims: Claims, path: ClaimPath): string | undefined {
  const value = textAt(claims, path);
  if (value === undefined) return undefined;
  if (value.length > MAX_EMAIL_CHARACTERS || !EMAIL.test(value)) {
    throw new ClaimProblem(path, 'is not an e-mail address');
  }
  return value;
}

function listOf(value: unknown, path: ClaimPath): readonly string[] {
  if (!Array.isArray(value)) throw new ClaimProblem(path, 'is not a list of texts');
  if (value.length > MAX_ENTRIES) throw new ClaimProblem(path, `has more than ${MAX_ENTRIES} entries`);
  for (const entry of value) {
    if (typeof entry !== 'string' || entry.length > MAX_ENTRY_CHARACTERS || !ENTRY.test(entry)) {
      const what = `printable text without spaces of at most ${MAX_ENTRY_CHARACTERS} characters`;
      throw new ClaimProblem(path, `has an entry that is not ${what}`);
    }
  }
  return value as string[];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
