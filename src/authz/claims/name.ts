import { hash } from 'node:crypto';
import { NAME_PATTERN } from '../api-keys/record.ts';

/** Longest name that NAME_PATTERN takes. */
const MAX_NAME_CHARACTERS = 64;
/** OpenID Connect Core 1.0, section 2, has no longer `sub`. */
const MAX_FOREIGN_CHARACTERS = 255;
/** 130 bits of SHA-256: to be taken for another's name takes 2^130 tries. */
const DIGEST_CHARACTERS = 26;
const DIGITS = '0123456789abcdefghijklmnopqrstuv';
const DERIVED = new RegExp(`^[.][${DIGITS}]{${DIGEST_CHARACTERS}}$`);

/**
 * What Gatehouse calls somebody whom an issuer calls `foreign`: a text of any characters becomes one that is safe in
 * headers, logs, metrics and descriptors. What is fit stays as it is (`user-789`); anything else becomes what is
 * readable of it, a dot, and a digest (`auth0|abc` is `auth0-abc.` and 26 digits), as does what looks like such a name.
 * So no two texts have one name.
 * @param prefix of the issuer
 * @returns undefined for the empty text, for more than 255 characters and for half of a surrogate pair
 */
export function nameOf(foreign: string, prefix = ''): string | undefined {
  const room = MAX_NAME_CHARACTERS - prefix.length;
  if (NAME_PATTERN.test(foreign) && foreign.length <= room && !isLikeDerived(foreign))
    return prefix + foreign;
  if (foreign === '' || foreign.length > MAX_FOREIGN_CHARACTERS || !foreign.isWellFormed()) return undefined;
  return prefix + derivedName(foreign, room);
}

function isLikeDerived(foreign: string): boolean {
  const dotAt = foreign.length - DIGEST_CHARACTERS - 1;
  return foreign[dotAt] === '.' && DERIVED.test(foreign.slice(dotAt));
}

/**
 * Takes either: what an issuer calls somebody, or what nameOf made of that, as a log has it.
 * @returns undefined where nameOf has none
 */
export function nameFromEither(text: string): string | undefined {
  return NAME_PATTERN.test(text) ? text : nameOf(text);
}

/** A public name for a secret or a long text: 26 digits of its SHA-256. */
export function shortDigest(text: string): string {
  const bytes = hash('sha256', text, 'buffer');
  let digits = '';
  for (let at = 0; at < DIGEST_CHARACTERS; at += 1) {
    const bit = at * 5;
    const pair = bytes.readUInt16BE(bit >> 3);
    digits += DIGITS.charAt((pair >> (11 - (bit & 7))) & 31);
  }
  return digits;
}

function derivedName(foreign: string, room: number): string {
  const readable = foreign
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[._-]+/g, '')
    .slice(0, room - DIGEST_CHARACTERS - 1)
    .replaceAll(/[._-]+$/g, '');
  return `${readable === '' ? 'x' : readable}.${shortDigest(foreign)}`;
}
