import { X509Certificate } from 'node:crypto';
import { parseAlternativeNames } from './alternative-names.ts';
import { spiffeIdOf } from './spiffe-id.ts';

/** What a client's certificate says. Whether to believe it was for Envoy to verify. */
export interface ClientCertificate {
  /** SHA-256 of its DER form, in lower-case hex: as `openssl x509 -outform DER | sha256sum` prints it. */
  fingerprint: string;
  spiffeId: string | undefined;
  dnsNames: readonly string[];
  /** Values by the attribute's short name, such as CN. */
  subject: ReadonlyMap<string, readonly string[]>;
  /** Belongs to an authority, and so is nobody's who calls. */
  isAuthority: boolean;
  /** Milliseconds since the epoch. */
  notBeforeMs: number;
  notAfterMs: number;
}

/** @returns undefined when the PEM holds no certificate, or one whose names cannot be read with certainty */
export function parseClientCertificate(pem: string): ClientCertificate | undefined {
  let x509: X509Certificate;
  try {
    x509 = new X509Certificate(pem);
  } catch {
    return undefined;
  }
  const names = parseAlternativeNames(x509.subjectAltName ?? '');
  if (names === undefined) return undefined;
  const subject: Record<string, string | string[] | undefined> = x509.toLegacyObject().subject ?? {};
  return {
    fingerprint: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
    spiffeId: spiffeIdOf(names.uris),
    dnsNames: names.dnsNames,
    subject: new Map(Object.entries(subject).map(([name, value]) => [name, [value ?? []].flat()])),
    isAuthority: x509.ca,
    notBeforeMs: x509.validFromDate.getTime(),
    notAfterMs: x509.validToDate.getTime(),
  };
}
