import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AdminError } from './error.ts';

/** 128 bits in hex. */
const MIN_CHARACTERS = 32;

/** Whether an Authorization header has the admin token. Takes as long for a wrong one as for the right one. */
export type TokenCheck = (authorization: string | undefined) => boolean;

/**
 * @param path absolute, from admin.tokenFile
 * @throws AdminError invalid_token_file that says what to do; never the content
 */
export async function readTokenCheck(path: string | undefined): Promise<TokenCheck> {
  if (path === undefined) throw unusable('admin.tokenFile is not set');
  let token: string;
  try {
    token = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw unusable(
      `admin.tokenFile names ${path}, which cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
  // RFC 6750, section 2.1: the characters that a bearer token may have.
  if (!/^[\w.~+/-]+=*$/.test(token) || token.length < MIN_CHARACTERS) {
    throw unusable(
      `admin.tokenFile names ${path}, which does not hold a token of ${MIN_CHARACTERS} characters or more`,
    );
  }
  return tokenCheck(token);
}

export function tokenCheck(token: string): TokenCheck {
  const expected = sha256(token);
  return (authorization = '') => {
    const presented = /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
    return timingSafeEqual(sha256(presented), expected);
  };
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
