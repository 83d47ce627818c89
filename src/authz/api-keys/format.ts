import { crc32 } from 'node:zlib';

/**
 * An API key's text: `gatehouse_`, 43 base62 digits of 256 random bits, 6 base62 digits of the CRC-32 of all
 * that precedes. The prefix lets secret scanners recognise a key; the checksum tells a typo from an unknown key
 * without asking the store.
 */
export const API_KEY_PREFIX = 'gatehouse_';
const SECRET_BYTES = 32;
/** 62^43 is just over 2^256. */
const SECRET_DIGITS = 43;
/** 62^6 is over 2^32. */
const CHECKSUM_DIGITS = 6;
const SHAPE = new RegExp(`^${API_KEY_PREFIX}[0-9A-Za-z]{${SECRET_DIGITS + CHECKSUM_DIGITS}}$`);

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Random bytes from a cryptographically secure source, such as node:crypto's randomBytes. */
export type RandomBytes = (size: number) => Uint8Array;

/** Makes a new key; its text is the secret itself. */
export function generateApiKey(randomBytes: RandomBytes): string {
  const body = API_KEY_PREFIX + base62(toBigInt(randomBytes(SECRET_BYTES)), SECRET_DIGITS);
  return body + checksum(body);
}

/** Whether a text can be an API key at all; says nothing on whether it is known. */
export function checkApiKey(text: string): 'ok' | 'malformed' | 'bad_checksum' {
  if (!SHAPE.test(text)) return 'malformed';
  return checksum(text.slice(0, -CHECKSUM_DIGITS)) === text.slice(-CHECKSUM_DIGITS) ? 'ok' : 'bad_checksum';
}

/** Makes a key's public name: `key_` and 80 random bits in 16 base32 digits. */
export function generateKeyId(randomBytes: RandomBytes): string {
  return `key_${toBigInt(randomBytes(10)).toString(32).padStart(16, '0')}`;
}

function checksum(body: string): string {
  return base62(BigInt(crc32(body)), CHECKSUM_DIGITS);
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function base62(value: bigint, width: number): string {
  let digits = '';
  for (let rest = value; digits.length < width; rest /= 62n)
    digits = BASE62.charAt(Number(rest % 62n)) + digits;
  return digits;
}
