import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestAuthz, type TestAuthz } from '../../support/authz.ts';
import {
  ecSigner,
  edSigner,
  hmacSigner,
  type KeyPair,
  rsaSigner,
  type Signer,
} from '../../support/json-web-token.ts';

/** Issuers that authz trusts, each with keys of one kind. */
export const ISSUERS = {
  rsa: 'https://rsa.example/',
  pss: 'https://pss.example/',
  ec: 'https://ec.example/',
  ed: 'https://ed.example/',
  secret: 'https://secret.example/',
  /** Its keys have no names. */
  pem: 'https://pem.example/',
  /** Takes `at+jwt` only, of at most 10 minutes, for the tenants acme and globex. */
  strict: 'https://strict.example/',
} as const;

/** The keys of the issuers, and everything that an attacker may know of them. */
export interface World {
  rsa: KeyPair;
  pss: KeyPair;
  ec: KeyPair;
  ed: KeyPair;
  secret: Signer;
  pem: KeyPair;
  strict: KeyPair;
  /** Keys that stand in the JWK Set of the issuer `rsa`, and must not be used. */
  unusable: {
    small: KeyPair;
    encryption: KeyPair;
    operations: KeyPair;
    otherAlgorithm: KeyPair;
    exponentOne: KeyPair;
  };
  /** The file that the issuer `pem` is known by. */
  pemFile: string;
  /** Of the server to which a token may point for its key. */
  attackerUrl: string;
  /** Of the assertions that authz makes for the api. */
  assertionKey: Buffer;
}

export interface TokenWorld {
  world: World;
  authz: TestAuthz;
  /** Requests that the attacker's server got. */
  visits: string[];
  close(): Promise<void>;
}

/** The real authz with all these issuers. */
export async function startTokenWorld(): Promise<TokenWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-tokens-'));
  const small = rsaSigner('small', 1024);
  const exponentOne = rsaSigner('exponent-one');
  exponentOne.jwk.e = 'AQ';
  const keys = {
    rsa: rsaSigner('rsa-1'),
    pss: rsaSigner('pss-1', 2048, 'PS256'),
    ec: ecSigner('ec-1'),
    ed: edSigner('ed-1'),
    pem: rsaSigner(),
    strict: ecSigner('strict-1', 'ES384'),
    unusable: {
      small,
      encryption: rsaSigner('encryption'),
      operations: rsaSigner('operations'),
      otherAlgorithm: rsaSigner('other-algorithm'),
      exponentOne,
    },
  };
  const { encryption, operations, otherAlgorithm } = keys.unusable;
  const rsaKeys = [
    { ...keys.rsa.jwk, use: 'sig', alg: 'RS256' },
    small.jwk,
    exponentOne.jwk,
    { ...encryption.jwk, use: 'enc' },
    { ...operations.jwk, key_ops: ['encrypt'] },
    { ...otherAlgorithm.jwk, alg: 'RSA-OAEP' },
  ];
  const secret = randomBytes(48).toString('base64url');
  const pemFile = keys.pem.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const write = async (name: string, content: string) => {
    await writeFile(join(dir, name), content);
    return join(dir, name);
  };
  const jwks = (name: string, ...list: object[]) => write(name, JSON.stringify({ keys: list }));
  const issuer = (name: keyof typeof ISSUERS, algorithms: string[], rest: object) => ({
    issuer: ISSUERS[name],
    audiences: ['gatehouse', 'https://gatehouse.example'],
    algorithms,
    ...rest,
  });
  const issuers = [
    issuer('rsa', ['RS256', 'RS512'], { jwksFile: await jwks('rsa', ...rsaKeys) }),
    issuer('pss', ['PS256'], { jwksFile: await jwks('pss', keys.pss.jwk) }),
    issuer('ec', ['ES256'], { jwksFile: await jwks('ec', keys.ec.jwk) }),
    issuer('ed', ['EdDSA'], { jwksFile: await jwks('ed', keys.ed.jwk) }),
    issuer('secret', ['HS256'], { secretFile: await write('secret', `${secret}\n`) }),
    issuer('pem', ['RS256'], { pemFile: await write('pem', pemFile) }),
    issuer('strict', ['ES384'], {
      jwksFile: await jwks('strict', keys.strict.jwk),
      types: ['at+jwt'],
      maxAge: '10m',
      tenants: ['acme', 'globex'],
    }),
  ];
  const visits: string[] = [];
  const attacker = createServer((request, response) => {
    visits.push(request.url ?? '');
    response.end('{}');
  }).listen(0, '127.0.0.1');
  const authz = await startTestAuthz(`identity.jwt.issuers=${JSON.stringify(issuers)}`);
  return {
    world: {
      ...keys,
      secret: hmacSigner(secret),
      pemFile,
      attackerUrl: `http://127.0.0.1:${(attacker.address() as AddressInfo).port}`,
      assertionKey: authz.assertionKey,
    },
    authz,
    visits,
    async close() {
      attacker.close();
      await authz.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
