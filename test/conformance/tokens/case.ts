import { claimsOf, type Signer, signToken } from '../../support/json-web-token.ts';
import { ISSUERS, type World } from './world.ts';

/** A request with a token, made with everything that an attacker may have. */
export interface TokenCase {
  /** What is wrong with the token, or right. */
  name: string;
  /** A text is sent as bearer token; headers are sent as they are. */
  send(world: World): string | Record<string, string>;
  /** The reason in authz's log; undefined: it is allowed. */
  reason: string | undefined;
}

/** A token that does not count. */
export function hostile(reason: string, name: string, send: TokenCase['send']): TokenCase {
  return { name, send, reason };
}

/** A token that counts, which shows that it is not the form as such that is refused. */
export function honest(name: string, send: TokenCase['send']): TokenCase {
  return { name, send, reason: undefined };
}

/** A token of the issuer `rsa` that is right but for these claims and members of the header. */
export function rsaToken(world: World, claims: Record<string, unknown> = {}, header: object = {}): string {
  return signToken(world.rsa, claimsOf(ISSUERS.rsa, claims), header);
}

/** A token of an issuer that somebody signed. */
export function tokenOf(
  issuer: keyof typeof ISSUERS,
  signer: Signer,
  header: object | string = {},
  claims: Record<string, unknown> = {},
): string {
  return signToken(signer, claimsOf(ISSUERS[issuer], claims), header);
}
