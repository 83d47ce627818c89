import type { KeyObject } from 'node:crypto';

const MIN_BITS = 2048;
/** Verifying costs with the square of the length: 16,384 bits would take 40 times as long as 2048. */
const MAX_BITS = 8192;

/** Why an RSA public key must not be trusted; undefined when nothing is known against it. */
export function rsaWeakness(key: KeyObject): string | undefined {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  // RFC 7518, section 3.3.
  if (modulusLength < MIN_BITS) return `has ${modulusLength} bits; at least ${MIN_BITS} are needed`;
  if (modulusLength > MAX_BITS) return `has ${modulusLength} bits; at most ${MAX_BITS} are taken`;
  // With 1 everybody can sign; an even one belongs to no key pair.
  if (publicExponent < 3n || publicExponent % 2n === 0n) return `has the exponent ${publicExponent}`;
  const modulus = modulusOf(key);
  if (modulus % 2n === 0n) return 'has an even modulus';
  if (isRoca(modulus)) return 'was made by a chip whose keys can be factored (ROCA, CVE-2017-15361)';
  return undefined;
}

function modulusOf(key: KeyObject): bigint {
  const { n = '' } = key.export({ format: 'jwk' });
  return BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`);
}

/**
 * The primes of a ROCA key are k * M + (65537^a mod M), where M is a product of the first primes, so its modulus is a power of
 * 65537 modulo each of them (Nemec et al., "The Return of Coppersmith's Attack", 2017). Those where the powers of 65537
 * are few tell such a key from others: one of 2^27 honest ones is taken for one.
 */
const TELLING_PRIMES = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];
const GENERATOR = 65_537;

const powers = TELLING_PRIMES.map((prime) => {
  const residues = new Set<number>();
  for (let power = 1; !residues.has(power); power = (power * GENERATOR) % prime) residues.add(power);
  return { prime: BigInt(prime), residues };
});

function isRoca(modulus: bigint): boolean {
  return powers.every(({ prime, residues }) => residues.has(Number(modulus % prime)));
}
