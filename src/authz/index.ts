export type { CreateKeyRequest, KeyAdministration, ListedKey } from './api-keys/administration.ts';
export {
  type KeyAdministrationFor,
  openKeyAdministration,
  withKeyAdministration,
} from './api-keys/open.ts';
export {
  ASSERTION_HEADER,
  type AssertedIdentity,
  type AssertedLimits,
  contextSha256,
} from './assertion-claims.ts';
export { type AssertionSignerOptions, createAssertionSigner } from './assertion-signer.ts';
export {
  type AssertionVerifier,
  type AssertionVerifierOptions,
  createAssertionVerifier,
} from './assertion-verifier.ts';
export type { BlocklistAdministration } from './blocklist/administration.ts';
export type { BlockEntry, BlockTarget } from './blocklist/entry.ts';
export { withBlocklistAdministration } from './blocklist/open.ts';
export { inflateBody } from './body/content-encoding.ts';
export { MODEL_NAME_PATTERN } from './body/fields.ts';
export { REQUEST_ID_PATTERN } from './check-request.ts';
export { clientAddress } from './client-address.ts';
export { AuthzError, type AuthzErrorCode } from './errors.ts';
export type { Explanation, Step } from './explain/explain.ts';
export { withExplainer } from './explain/open.ts';
export { readRequestFile, withHeader } from './explain/request-file.ts';
export { openFindings } from './findings/open.ts';
export type { FindingStore, StoredFinding } from './findings/store.ts';
export { type InspectionPolicy, inspectionPolicies } from './inspection/policy.ts';
export { generateDevelopmentKey } from './jwt/development.ts';
export { inspectConfigured } from './jwt/inspect-configured.ts';
export type { TokenCheck, TokenInspection } from './jwt/inspection.ts';
export { type MintedToken, type MintRequest, mintDevelopmentToken } from './jwt/mint.ts';
export { readKeyFile } from './key-file.ts';
export { createRouteTable, routeName } from './routes/table.ts';
export { type AuthzOptions, type RunningAuthz, startAuthz } from './server.ts';
