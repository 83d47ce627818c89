import { ALGORITHM_NAMES, type AlgorithmName } from './algorithm.ts';
import type { CompactJws } from './compact.ts';
import { type Refused, refused } from './refusal.ts';

/** What a token's header says, as far as it counts. */
export interface TokenHeader {
  algorithm: AlgorithmName;
  kid: string | undefined;
  /** In lower case and without `application/` (RFC 7515, section 4.1.9); undefined where there is none. */
  type: string | undefined;
}

const MAX_KID_CHARACTERS = 256;

/**
 * Members that no honest token for Gatehouse has. `crit` and `b64`: no extension is understood, so that none may be
 * demanded (RFC 7515, section 4.1.11; RFC 7797, section 6). Keys, and addresses of keys, that a token brings itself prove
 * nothing (RFC 8725, sections 2.7 and 2.10). `enc` and `zip` belong to encrypted tokens.
 */
const REFUSED_MEMBERS = ['crit', 'b64', 'jwk', 'jku', 'x5c', 'x5u', 'enc', 'zip', 'epk'] as const;

export type ReadHeader = { ok: true; header: TokenHeader } | Refused;

/** What was read last: compact.ts gives the header of all tokens of an issuer as one object until it changes its key. */
let latest:
  | { header: CompactJws['header']; allowed: ReadonlySet<AlgorithmName>; read: ReadHeader }
  | undefined;

/**
 * Reads the header of a JWS.
 * @param allowed the issuer's algorithms: it, not the token, says what counts (RFC 8725, section 3.1)
 */
export function readHeader(
  { header }: Pick<CompactJws, 'header'>,
  allowed: ReadonlySet<AlgorithmName>,
): ReadHeader {
  if (latest?.header === header && latest.allowed === allowed) return latest.read;
  const read = readAnew(header, allowed);
  latest = { header, allowed, read };
  return read;
}

function readAnew(header: CompactJws['header'], allowed: ReadonlySet<AlgorithmName>): ReadHeader {
  const { alg, kid, typ, cty } = header;
  const algorithm = ALGORITHM_NAMES.find((name) => name === alg);
  if (algorithm === undefined || !allowed.has(algorithm)) {
    return refused('token_algorithm', `alg is none of ${[...allowed].join(', ')}`);
  }
  const member = REFUSED_MEMBERS.find((name) => Object.hasOwn(header, name));
  if (member !== undefined) return refused('token_header', `the header has ${member}`);
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > MAX_KID_CHARACTERS)) {
    return refused('token_header', `kid is not a text of at most ${MAX_KID_CHARACTERS} characters`);
  }
  if (cty !== undefined) return refused('token_header', 'the token holds another one (cty)');
  if (typ !== undefined && typeof typ !== 'string') return refused('token_type', 'typ is not a text');
  return { ok: true, header: { algorithm, kid, type: typ === undefined ? undefined : mediaType(typ) } };
}

export function mediaType(typ: string): string {
  return typ.toLowerCase().replace(/^application\//, '');
}
