import { beforeAll, describe, expect, test } from 'vitest';
import { type IssueOptions, makeTestAuthority, type TestAuthority } from '../../../test/support/authority.ts';
import { type CertificateRule, compileCertificateRules } from '../certificates/rules.ts';
import type { RequestFacts } from '../check-request.ts';
import { createCertificateMethod } from './certificate.ts';

const UNWATCHED = { metrics: { watchEntries() {} } };
const HOUR_MS = 3_600_000;
const RULE: CertificateRule = {
  dns: '{client}.example.org',
  client: '{client}',
  tenant: 'acme',
  tier: 'pro',
  roles: ['reader'],
  permissions: { maxTokensPerRequest: 100 },
};
const NAMES = [{ type: 'dns', value: 'service-a.example.org' }] as const;

let authority: TestAuthority;
beforeAll(async () => {
  authority = await makeTestAuthority();
});

async function authenticate(options: IssueOptions, atMs = Date.now()) {
  const method = createCertificateMethod({
    identify: compileCertificateRules([RULE]),
    ...UNWATCHED,
    now: () => atMs,
  });
  const certificate = await authority.issue({ names: [...NAMES], ...options });
  return { certificate, said: authenticatePem(method, certificate.cert) };
}

function authenticatePem(method: ReturnType<typeof createCertificateMethod>, pem: string) {
  return method.authenticate(
    { kind: 'certificate', encodedPem: encodeURIComponent(pem) },
    {} as RequestFacts,
  );
}

test('a certificate is who its rule says, by its fingerprint', async () => {
  const { certificate, said } = await authenticate({});
  expect(said).toEqual({
    kind: 'authenticated',
    principal: {
      client: 'service-a',
      tenant: 'acme',
      tier: 'pro',
      roles: ['reader'],
      permissions: { maxTokensPerRequest: 100 },
      scopes: [],
      authMethod: 'mtls',
      keyId: certificate.fingerprint,
      issuedAtMs: expect.any(Number),
      expiresAtMs: expect.any(Number),
    },
  });
});

describe('a certificate is refused', () => {
  test('that no rule fits, by its fingerprint for the log', async () => {
    const { certificate, said } = await authenticate({ names: [{ type: 'dns', value: 'a.example.com' }] });
    expect(said).toEqual({
      kind: 'rejected',
      reason: 'certificate_without_rule',
      keyId: certificate.fingerprint,
    });
  });

  test("that is an authority's", async () => {
    const { said } = await authenticate({ isAuthority: true });
    expect(said).toMatchObject({ kind: 'rejected', reason: 'certificate_of_authority' });
  });

  test.each([
    ['has expired since its connection was made', Date.now() + 2 * HOUR_MS],
    ['is not good yet', Date.now() - 2 * HOUR_MS],
  ])('that %s', async (_, atMs) => {
    const { said } = await authenticate({}, atMs);
    expect(said).toMatchObject({
      kind: 'rejected',
      reason: 'expired',
      principal: { client: 'service-a' },
    });
  });

  test('that cannot be read', () => {
    const method = createCertificateMethod({ identify: () => undefined, ...UNWATCHED, now: Date.now });
    expect(authenticatePem(method, 'x')).toEqual({ kind: 'rejected', reason: 'malformed' });
  });
});

test('a certificate is read once, and its dates are looked at each time', async () => {
  const { cert } = await authority.issue({ names: [...NAMES] });
  let nowMs = Date.now();
  let reads = 0;
  const identify = compileCertificateRules([RULE]);
  const method = createCertificateMethod({
    ...UNWATCHED,
    identify(certificate) {
      reads += 1;
      return identify(certificate);
    },
    now: () => nowMs,
  });
  const said = () => authenticatePem(method, cert);
  expect([said(), said()]).toMatchObject([{ kind: 'authenticated' }, { kind: 'authenticated' }]);
  nowMs += 2 * HOUR_MS;
  expect(said()).toMatchObject({ reason: 'expired' });
  expect(reads).toBe(1);
});
