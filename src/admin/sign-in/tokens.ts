import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Config } from '../../config/index.ts';
import { AdminError } from '../error.ts';
import type { Grant } from './visitor.ts';

/** 128 bits in hex. */
const MIN_CHARACTERS = 32;

/** The name of admin.tokenFile's token, which may do everything. */
const DEFAULT_TOKEN_NAME = 'default';

/** What a token is good for; undefined for one that there is not. Takes as long for a wrong one as for a right one. */
export type FindToken = (token: string) => Grant | undefined;

/** @throws AdminError invalid_token_file that says what to do; never what is in a file */
export async function readTokens({
  tokenFile,
  tokens,
}: Pick<Config['admin'], 'tokenFile' | 'tokens'>): Promise<FindToken> {
  const grants: [Grant, string][] = [];
  if (tokenFile !== undefined) {
    const grant: Grant = { name: DEFAULT_TOKEN_NAME, role: 'operator', output: true };
    grants.push([grant, await readToken('admin.tokenFile', tokenFile)]);
  }
  for (const [index, { file, ...grant }] of tokens.entries()) {
    grants.push([grant, await readToken(`admin.tokens.${index}.file`, file)]);
  }
  if (grants.length === 0) throw unusable('admin.tokenFile is not set, and admin.tokens names none');
  const double = grants.find(([, token], index) => grants.findIndex(([, other]) => other === token) < index);
  if (double !== undefined) throw unusable(`The token of ${double[0].name} is another's as well`);
  return findToken(grants);
}

/** @param grants each with its token */
export function findToken(grants: readonly (readonly [Grant, string])[]): FindToken {
  const expected = grants.map(([grant, token]) => ({ grant, digest: sha256(token) }));
  return (token) => {
    const digest = sha256(token);
    let found: Grant | undefined;
    for (const { grant, digest: own } of expected) if (timingSafeEqual(digest, own)) found = grant;
    return found;
  };
}

async function readToken(setting: string, path: string): Promise<string> {
  let token: string;
  try {
    token = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw unusable(
      `${setting} names ${path}, which cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
  // RFC 6750, section 2.1: the characters that a bearer token may have.
  if (!/^[\w.~+/-]+=*$/.test(token) || token.length < MIN_CHARACTERS) {
    throw unusable(
      `${setting} names ${path}, which does not hold a token of ${MIN_CHARACTERS} characters or more`,
    );
  }
  return token;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function unusable(problem: string): AdminError {
  return new AdminError(
    'invalid_token_file',
    `${problem}: write a random token to a file ('openssl rand -hex 32' makes one) and name it there.`,
  );
}
