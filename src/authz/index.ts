export type {
  CreatedKey,
  CreateKeyRequest,
  KeyAdministration,
  ListedKey,
} from './api-keys/administration.ts';
export { withKeyAdministration } from './api-keys/open.ts';
export type { ApiKeyRecord } from './api-keys/record.ts';
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
export { REQUEST_ID_PATTERN } from './check-request.ts';
export { AuthzError, type AuthzErrorCode } from './errors.ts';
export { readKeyFile } from './key-file.ts';
export { type AuthzOptions, type RunningAuthz, startAuthz } from './server.ts';
export { MODEL_NAME_PATTERN } from './submission.ts';
