export {
  ASSERTION_HEADER,
  type AssertedIdentity,
  type AssertedRequest,
  type AuthMethod,
} from './assertion-claims.ts';
export {
  type AssertionSigner,
  type AssertionSignerOptions,
  createAssertionSigner,
} from './assertion-signer.ts';
export {
  type AssertionRefusal,
  type AssertionVerdict,
  type AssertionVerifier,
  type AssertionVerifierOptions,
  createAssertionVerifier,
} from './assertion-verifier.ts';
export { readKeyFile } from './key-file.ts';
