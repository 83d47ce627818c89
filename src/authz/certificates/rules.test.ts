import { describe, expect, test } from 'vitest';
import type { ClientCertificate } from './client-certificate.ts';
import { type CertificateRule, compileCertificateRules } from './rules.ts';

const CERTIFICATE: ClientCertificate = {
  fingerprint: '00',
  spiffeId: undefined,
  dnsNames: [],
  subject: new Map(),
  isAuthority: false,
  notBeforeMs: 0,
  notAfterMs: 0,
};

function identify(certificate: Partial<ClientCertificate>, ...rules: Partial<CertificateRule>[]) {
  const defaults = { client: '{client}', tenant: 'default', tier: 'free', roles: [], permissions: {} };
  return compileCertificateRules(rules.map((rule) => ({ ...defaults, ...rule })))({
    ...CERTIFICATE,
    ...certificate,
  });
}

describe('a SPIFFE ID', () => {
  const rule = { spiffe: 'spiffe://example.org/ns/{tenant}/sa/{client}', tenant: 'team-{tenant}' };

  test('gives its parts to the rule that it fits', () => {
    expect(identify({ spiffeId: 'spiffe://example.org/ns/a/sa/b' }, rule)).toEqual({
      client: 'b',
      tenant: 'team-a',
      tier: 'free',
      roles: [],
      permissions: {},
    });
  });

  test.each([
    'spiffe://example.com/ns/a/sa/b',
    'spiffe://example.org/ns/a/sa/b/c',
    'spiffe://example.org/ns/a/sa',
    'spiffe://example.org.evil/ns/a/sa/b',
    'spiffe://example.org/ns/a/SA/b',
  ])('%s does not fit', (spiffeId) => {
    expect(identify({ spiffeId }, rule)).toBeUndefined();
  });

  test('is no DNS name and no subject', () => {
    const spiffeId = 'spiffe://example.org/a';
    expect(identify({ spiffeId }, { dns: '{client}' }, { subject: { CN: '{client}' } })).toBeUndefined();
  });
});

describe('a DNS name', () => {
  test('fits label by label', () => {
    expect(identify({ dnsNames: ['a.svc.example.org'] }, { dns: '{client}.svc.example.org' })?.client).toBe(
      'a',
    );
    expect(
      identify({ dnsNames: ['a.b.svc.example.org'] }, { dns: '{client}.svc.example.org' }),
    ).toBeUndefined();
  });

  test('is the first one that fits, in the order of the certificate', () => {
    const dnsNames = ['other.example.com', 'a.example.org', 'b.example.org'];
    expect(identify({ dnsNames }, { dns: '{client}.example.org' })?.client).toBe('a');
  });

  test('of a wildcard certificate is nobody', () => {
    expect(identify({ dnsNames: ['*.example.org'] }, { dns: '{client}.example.org' })).toBeUndefined();
  });
});

describe('a subject', () => {
  const subject = (attributes: Record<string, string[]>) => ({
    subject: new Map(Object.entries(attributes)),
  });
  const rule = { subject: { O: 'Example', CN: 'svc {client}' } };

  test('needs every attribute of the rule, and may have more', () => {
    expect(identify(subject({ O: ['Example'], CN: ['svc a'], C: ['DE'] }), rule)?.client).toBe('a');
    expect(identify(subject({ CN: ['svc a'] }), rule)).toBeUndefined();
  });

  test('with an attribute twice fits nothing', () => {
    expect(identify(subject({ O: ['Example'], CN: ['svc a', 'svc b'] }), rule)).toBeUndefined();
    expect(identify(subject({ O: ['Example', 'Other'], CN: ['svc a'] }), rule)).toBeUndefined();
  });
});

test('the first rule that fits counts', () => {
  const rules = [
    { dns: 'b.example.org', client: 'first' },
    { dns: '*.example.org', client: 'second', roles: ['reader'], permissions: { maxTokensPerRequest: 5 } },
    { dns: 'a.example.org', client: 'third' },
  ];
  expect(identify({ dnsNames: ['a.example.org'] }, ...rules)).toEqual({
    client: 'second',
    tenant: 'default',
    tier: 'free',
    roles: ['reader'],
    permissions: { maxTokensPerRequest: 5 },
  });
});

test('what cannot be the name of a client fits no rule', () => {
  expect(identify({ dnsNames: [`${'a'.repeat(65)}.x`] }, { dns: '{client}.x' })).toBeUndefined();
  expect(identify({ dnsNames: ['_a.x'] }, { dns: '{client}.x' })).toBeUndefined();
  expect(identify(subjectOf('a\nb'), { subject: { CN: '{client}' } })).toBeUndefined();
  expect(identify(subjectOf('a b'), { subject: { CN: '{client}' } })).toBeUndefined();
});

function subjectOf(name: string) {
  return { subject: new Map([['CN', [name]]]) };
}
