import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ALGORITHM_NAMES, ALGORITHMS } from '../../src/authz/jwt/algorithm.ts';
import { readCompactJws } from '../../src/authz/jwt/compact.ts';
import { readHeader } from '../../src/authz/jwt/header.ts';
import { type KeySet, keySetFromJwks } from '../../src/authz/jwt/key-set.ts';
import { UnusableKeySet } from '../../src/authz/jwt/verification-key.ts';
import { signingKey } from '../../src/authz/jwt/verify.ts';

type Jwk = Record<string, unknown>;

interface Group {
  comment: string;
  public?: Jwk | { keys: Jwk[] };
  private?: Jwk | { keys: Jwk[] };
  tests: { tcId: number; comment: string; jws?: string | object; result: 'valid' | 'invalid' }[];
}

/** Vectors of json_web_signature_test.json whose answer is another one here, and why. */
const DIFFERENCES: Record<number, string> = {
  346: 'the key says PS256 and the token PS384; a key counts for the algorithm that it names (RFC 7517, section 4.4)',
  350: 'the key says PS256 and the token PS384; a key counts for the algorithm that it names (RFC 7517, section 4.4)',
  347: 'the key says ES521, which no algorithm is called',
  351: 'the key says ES521, which no algorithm is called',
  372: 'the header has a question mark, which base64url has not',
  373: 'the payload has a question mark, which base64url has not',
  367: 'the padding that it is about is not there any more: letter for letter it is the valid vector 357',
  370: 'the padding that it is about is not there any more: letter for letter it is the valid vector 357',
};

function groupsOf(name: string): Group[] {
  const file = new URL(`wycheproof/json_web_${name}_test.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(file)).toString()).testGroups;
}

/** The vectors that are about signatures, as [title, key set, JWS, result]. */
function vectorsOf(name: string) {
  return groupsOf(name).flatMap((group) =>
    group.tests
      .filter(({ jws }) => jws !== undefined)
      .map(({ tcId, comment, jws, result }) => {
        const key = group.public ?? group.private ?? {};
        const jwks = 'keys' in key ? key : { keys: [key] };
        // What is no text cannot come in a header; its JSON can.
        const token = typeof jws === 'string' ? jws : JSON.stringify(jws);
        return {
          title: `${tcId} ${group.comment} ${comment}`,
          tcId,
          jwks: jwks as { keys: Jwk[] },
          token,
          result,
        };
      }),
  );
}

/** As authz verifies: the algorithms are pinned, to secrets or to public keys. */
function isAccepted(token: string, jwks: { keys: Jwk[] }): boolean {
  const isSymmetric = jwks.keys.some(({ kty }) => kty === 'oct');
  const allowed = new Set(
    ALGORITHM_NAMES.filter((name) => (ALGORITHMS[name].kind === 'hmac') === isSymmetric),
  );
  let keys: KeySet;
  try {
    keys = keySetFromJwks(Buffer.from(JSON.stringify(jwks)), allowed);
  } catch (error) {
    if (error instanceof UnusableKeySet) return false;
    throw error;
  }
  const jws = readCompactJws(token);
  if (jws === undefined) return false;
  const read = readHeader(jws, allowed);
  return read.ok && !('ok' in signingKey(jws, read.header, keys));
}

describe.each(['signature', 'key', 'crypto'])('Wycheproof, json_web_%s_test.json', (name) => {
  const vectors = vectorsOf(name);
  const isDifferent = (tcId: number) => name === 'signature' && tcId in DIFFERENCES;

  test.each(vectors.filter(({ tcId, result }) => result === 'invalid' && !isDifferent(tcId)))(
    'is refused: $title',
    ({ token, jwks }) => {
      expect(isAccepted(token, jwks)).toBe(false);
    },
  );

  test.each(vectors.filter(({ tcId, result }) => result === 'valid' && !isDifferent(tcId)))(
    'is accepted: $title',
    ({ token, jwks }) => {
      expect(isAccepted(token, jwks)).toBe(true);
    },
  );

  test('has as many vectors as were seen when this was written', () => {
    expect(vectors.length).toBe({ signature: 401, key: 26, crypto: 49 }[name]);
  });
});

describe('Wycheproof is answered otherwise', () => {
  const vectors = vectorsOf('signature');

  test.each(Object.entries(DIFFERENCES))('for vector %s: %s', (tcId) => {
    const vector = vectors.find((each) => each.tcId === Number(tcId));
    expect(isAccepted(vector?.token ?? '', vector?.jwks ?? { keys: [] })).toBe(vector?.result === 'invalid');
  });

  test('for no invalid vector that is not a valid one as well', () => {
    const different = vectors.filter(({ tcId, result }) => tcId in DIFFERENCES && result === 'invalid');
    const valid = vectors.filter(({ result }) => result === 'valid').map(({ token }) => token);
    expect(different.map(({ token }) => valid.includes(token))).toEqual([true, true]);
  });
});
