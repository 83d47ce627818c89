import { createHash, X509Certificate } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { makeTestAuthority, type TestAuthority } from '../../../test/support/authority.ts';
import { parseClientCertificate } from './client-certificate.ts';

let authority: TestAuthority;
beforeAll(async () => {
  authority = await makeTestAuthority();
});

test('names, dates and fingerprint are read', async () => {
  const { cert } = await authority.issue({
    subject: 'CN=service-a,O=Example,OU=One,OU=Two',
    names: [
      { type: 'url', value: 'spiffe://example.org/ns/a/sa/b' },
      { type: 'dns', value: 'A.example.org' },
      { type: 'dns', value: 'b.example.org' },
      { type: 'email', value: 'a@example.org' },
    ],
  });
  const x509 = new X509Certificate(cert);
  const { subject, ...rest } = parseClientCertificate(cert) ?? {};
  expect(rest).toEqual({
    fingerprint: createHash('sha256').update(x509.raw).digest('hex'),
    spiffeId: 'spiffe://example.org/ns/a/sa/b',
    dnsNames: ['a.example.org', 'b.example.org'],
    isAuthority: false,
    notBeforeMs: Date.parse(x509.validFrom),
    notAfterMs: Date.parse(x509.validTo),
  });
  expect(Object.fromEntries(subject ?? [])).toEqual({
    CN: ['service-a'],
    O: ['Example'],
    OU: ['One', 'Two'],
  });
});

test('a certificate with the subject alone has no other names', async () => {
  const { cert } = await authority.issue();
  expect(parseClientCertificate(cert)).toMatchObject({ spiffeId: undefined, dnsNames: [] });
});

test('a name that holds what looks like another entry is one name', async () => {
  const { cert } = await authority.issue({
    names: [{ type: 'dns', value: 'a.example.org, DNS:admin.example.org, URI:spiffe://example.org/admin' }],
  });
  const certificate = parseClientCertificate(cert);
  expect(certificate?.spiffeId).toBeUndefined();
  expect(certificate?.dnsNames).toEqual([
    'a.example.org, dns:admin.example.org, uri:spiffe://example.org/admin',
  ]);
});

test('a subject that holds what looks like another attribute is one attribute', async () => {
  const { cert } = await authority.issue({ subject: 'CN=a\\0AO=Example\\, Inc' });
  expect(Object.fromEntries(parseClientCertificate(cert)?.subject ?? [])).toEqual({
    CN: ['a\nO=Example, Inc'],
  });
});

test("an authority's own certificate is known as one", async () => {
  expect(parseClientCertificate(authority.ca)?.isAuthority).toBe(true);
});

test.each(['', 'x', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
  'what is no certificate is none: %j',
  (pem) => {
    expect(parseClientCertificate(pem)).toBeUndefined();
  },
);
