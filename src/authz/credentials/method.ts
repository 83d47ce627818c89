import type { RequestFacts } from '../check-request.ts';
import type { Authentication, Credential } from './credential.ts';
import type { AuthMethod } from './principal.ts';

/** One way to prove who calls; each in a file of its own. */
export interface CredentialMethod {
  name: AuthMethod;
  /** By its form alone. The first method that recognises a credential takes it. */
  recognises(credential: Credential): boolean;
  /**
   * What came of a token that this method has taken and found good before, as long as that holds.
   * @param sha256 of the token, a character for each byte
   */
  recall?(sha256: string): Authentication | undefined;
  /**
   * Only called with what it recognises. Answers at once where it can, as from a cache.
   * @throws for bugs and damaged records; a store that is away is `unavailable`
   */
  authenticate(credential: Credential, facts: RequestFacts): Promise<Authentication> | Authentication;
}
