import 'reflect-metadata';
import { randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type GeneralNameType,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  X509CrlGenerator,
  X509CrlReason,
} from '@peculiar/x509';

export interface IssueOptions {
  /** Such as `CN=service-a,O=Example`. */
  subject?: string;
  names?: readonly { type: GeneralNameType; value: string }[];
  /** What it is for; by default clients. */
  usage?: 'client' | 'server';
  /** Milliseconds from now; by default a minute ago and in an hour. */
  fromMs?: number;
  untilMs?: number;
  isAuthority?: boolean;
}

export interface IssuedCertificate {
  cert: string;
  key: string;
  /** SHA-256 in lower-case hex. */
  fingerprint: string;
  serialNumber: string;
}

export interface TestAuthority {
  /** PEM of its own certificate. */
  ca: string;
  issue(options?: IssueOptions): Promise<IssuedCertificate>;
  /** PEM of a revocation list. */
  revocationList(...revoked: IssuedCertificate[]): Promise<string>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** An authority for certificates of clients, whose key is in memory only. */
export async function makeTestAuthority(name = 'Test authority'): Promise<TestAuthority> {
  const authorityKeys = await makeKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity({}),
    serialNumber: serialNumber(),
    name: `CN=${name}`,
    keys: authorityKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return {
    ca: authority.toString('pem'),
    async issue(options = {}) {
      const keys = await makeKeys();
      const certificate = await X509CertificateGenerator.create({
        ...validity(options),
        serialNumber: serialNumber(),
        subject: options.subject ?? 'CN=service-a',
        issuer: authority.subject,
        publicKey: keys.publicKey,
        signingKey: authorityKeys.privateKey,
        signingAlgorithm: ALGORITHM,
        extensions: [
          new BasicConstraintsExtension(options.isAuthority ?? false, undefined, true),
          new ExtendedKeyUsageExtension([
            options.usage === 'server' ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth,
          ]),
          ...(options.names === undefined ? [] : [new SubjectAlternativeNameExtension([...options.names])]),
        ],
      });
      return issued(certificate.toString('pem'), certificate.serialNumber, keys.privateKey);
    },
    async revocationList(...revoked) {
      const list = await X509CrlGenerator.create({
        issuer: authority.subject,
        thisUpdate: new Date(Date.now() - 60_000),
        nextUpdate: new Date(Date.now() + 3_600_000),
        entries: revoked.map(({ serialNumber }) => ({
          serialNumber,
          revocationDate: new Date(),
          // Without a reason the library writes an empty list of extensions, which BoringSSL refuses.
          reason: X509CrlReason.keyCompromise,
        })),
        signingAlgorithm: ALGORITHM,
        signingKey: authorityKeys.privateKey,
      });
      // RFC 7468, section 6; the library's own label is another.
      const lines =
        Buffer.from(list.rawData)
          .toString('base64')
          .match(/.{1,64}/g) ?? [];
      return ['-----BEGIN X509 CRL-----', ...lines, '-----END X509 CRL-----', ''].join('\n');
    },
  };
}

/** A certificate that nobody vouches for. */
export async function makeSelfSigned(subject = 'CN=service-a'): Promise<IssuedCertificate> {
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity({}),
    serialNumber: serialNumber(),
    name: subject,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])],
  });
  return issued(certificate.toString('pem'), certificate.serialNumber, keys.privateKey);
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function validity({ fromMs = -60_000, untilMs = 3_600_000 }: IssueOptions) {
  return { notBefore: new Date(Date.now() + fromMs), notAfter: new Date(Date.now() + untilMs) };
}

/** RFC 5280, 4.1.2.2: positive and at most 20 octets. */
function serialNumber(): string {
  return `40${randomBytes(15).toString('hex')}`;
}

async function issued(cert: string, serial: string, key: webcrypto.CryptoKey): Promise<IssuedCertificate> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return {
    cert,
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
    fingerprint: new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase(),
    serialNumber: serial,
  };
}
