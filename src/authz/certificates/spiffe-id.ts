/** SPIFFE-ID, section 2.3: longer ones need not be supported. */
const MAX_BYTES = 2048;
/** SPIFFE-ID, sections 2.1 and 2.2: a trust domain in lower case, a path of non-empty segments, nothing else. */
const SPIFFE_ID = /^spiffe:\/\/[a-z0-9._-]{1,255}(?:\/[A-Za-z0-9._-]+)+$/;

/**
 * The SPIFFE ID of a certificate: X509-SVID, section 2, has exactly one URI name, and section 4.1 a path in it.
 * @param uris every URI name of the certificate
 */
export function spiffeIdOf(uris: readonly string[]): string | undefined {
  const [uri] = uris;
  if (uri === undefined || uris.length !== 1 || uri.length > MAX_BYTES || !SPIFFE_ID.test(uri))
    return undefined;
  // A path may not climb: segments `.` and `..` are not allowed.
  return uri.split('/').some((segment) => segment === '.' || segment === '..') ? undefined : uri;
}
