export type { CreateKeyRequest, KeyAdministration, ListedKey } from './api-keys/administration.ts';
export { withKeyAdministration } from './api-keys/open.ts';
export { ASSERTION_HEADER, type AssertedIdentity } from './assertion-claims.ts';
export { type AssertionSignerOptions, createAssertionSigner } from './assertion-signer.ts';
export {
  type AssertionVerifier,
  type AssertionVerifierOptions,
  createAssertionVerifier,
} from './assertion-verifier.ts';
export { REQUEST_ID_PATTERN } from './check-request.ts';
export { readKeyFile } from './key-file.ts';
export { type AuthzOptions, startAuthz } from './server.ts';
export { MODEL_NAME_PATTERN } from './submission.ts';
