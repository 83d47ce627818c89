import { type ClaimPath, ClaimProblem, type Claims, claimAt } from './read.ts';

const CNF: ClaimPath = ['cnf'];

/**
 * A token that is bound to a key (RFC 7800) is good only together with a proof of that key, as in DPoP (RFC 9449). None is
 * checked here, and without one it would be good for whoever stole it.
 * @throws ClaimProblem
 */
export function refuseBoundToken(claims: Claims): void {
  if (claimAt(claims, CNF) !== undefined) {
    throw new ClaimProblem(CNF, 'binds it to a key, of which no proof is checked here');
  }
}
