import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withBlocklistAdministration } from '../../src/authz/index.ts';
import {
  type IssuedCertificate,
  type IssueOptions,
  makeSelfSigned,
  makeTestAuthority,
  type TestAuthority,
} from '../support/authority.ts';
import { startTestAuthz, type TestAuthz } from '../support/authz.ts';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { type StubUpstreams, startStubUpstreams } from '../support/envoy-upstreams.ts';
import { type RawRequest, send } from '../support/http.ts';
import { until } from '../support/until.ts';

const RULES = [
  {
    spiffe: 'spiffe://example.org/ns/{tenant}/sa/{client}',
    client: '{client}',
    tenant: '{tenant}',
    tier: 'pro',
  },
  { dns: '{client}.services.example.org', client: '{client}', tier: 'free' },
  { subject: { O: 'Example', CN: '{client}' }, client: '{client}', tier: 'enterprise' },
];
const SPIFFE = { names: [{ type: 'url', value: 'spiffe://example.org/ns/acme/sa/service-a' }] } as const;

let dir: string;
let authority: TestAuthority;
let stubs: StubUpstreams;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-mtls-'));
  authority = await makeTestAuthority();
  await writeFile(join(dir, 'ca.pem'), authority.ca);
  stubs = await startStubUpstreams();
});
beforeEach(() => stubs.reset());
afterAll(async () => {
  await stubs?.close();
  await rm(dir, { recursive: true, force: true });
});

/** The real authz behind the real Envoy, in front of an api that records what reaches it. */
async function startGateway(
  mtls: object = {},
): Promise<{ authz: TestAuthz; envoy: TestEnvoy; close(): Promise<void> }> {
  const set = [`identity.mtls=${JSON.stringify({ caFile: join(dir, 'ca.pem'), rules: RULES, ...mtls })}`];
  const authz = await startTestAuthz(...set);
  const upstreams = { ...stubs.addresses, authz: { host: '127.0.0.1', port: authz.port } };
  const envoy = await startTestEnvoy({ upstreams, set });
  return {
    authz,
    envoy,
    async close() {
      await envoy.close();
      await authz.close();
    },
  };
}

describe('with optional client certificates', () => {
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let key: string;
  beforeAll(async () => {
    gateway = await startGateway();
    ({ key } = await gateway.authz.keys((keys) => keys.createKey({ client: 'service-b', tier: 'pro' })));
  });
  beforeEach(() => {
    gateway.authz.lines.length = 0;
  });
  afterAll(() => gateway?.close());

  const read = (certificate: IssuedCertificate | undefined, call: Partial<RawRequest> = {}) =>
    send(gateway.envoy.tlsUrl, {
      path: '/claude/status/1',
      ...(certificate && { certificate }),
      ...call,
    });

  test.each([
    ['its SPIFFE ID', SPIFFE, { client: 'service-a', tenant: 'acme', tier: 'pro' }],
    [
      'a DNS name',
      { names: [{ type: 'dns', value: 'service-a.services.example.org' }] },
      { client: 'service-a', tenant: 'default', tier: 'free' },
    ],
    [
      'its subject',
      { subject: 'O=Example,CN=service-c' },
      { client: 'service-c', tenant: 'default', tier: 'enterprise' },
    ],
  ] satisfies [string, IssueOptions, object][])(
    'a certificate says who calls by %s',
    async (_, options, who) => {
      const certificate = await authority.issue(options);
      for (const http2 of [false, true]) {
        const answer = await read(certificate, { http2 });
        expect(answer.status).toBe(200);
        expect(stubs.requests.at(-1)?.headers['x-client-id']).toBe(who.client);
        expect(await gateway.envoy.logged(answer.headers['x-request-id'] ?? '')).toMatchObject(who);
      }
    },
  );

  test('a submission with a certificate is inspected, signed and passed on', async () => {
    const certificate = await authority.issue(SPIFFE);
    const post = (prompt: string) =>
      read(certificate, {
        method: 'POST',
        path: '/claude/invoke',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ prompt }),
      });
    expect((await post('hi')).status).toBe(200);
    expect(stubs.requests).toMatchObject([{ headers: { 'x-gatehouse-assertion': expect.any(String) } }]);
    expect((await post('[INST]')).json()).toMatchObject({ status: 400, code: 'disallowed_content' });
  });

  test('without a certificate a token says who calls, and without both nobody does', async () => {
    expect((await read(undefined, { headers: { 'x-api-key': key } })).status).toBe(200);
    expect((await read(undefined)).json()).toMatchObject({ status: 401 });
    expect(gateway.authz.lines).toMatchObject([{ reason: 'missing' }]);
  });

  test('a certificate that no rule fits is 401, and the log has its fingerprint', async () => {
    const certificate = await authority.issue({ subject: 'CN=stranger' });
    expect((await read(certificate)).json()).toMatchObject({ status: 401 });
    expect(gateway.authz.lines).toMatchObject([
      { reason: 'certificate_without_rule', key_id: certificate.fingerprint },
    ]);
    expect(stubs.requests).toEqual([]);
  });

  test("a lesser authority's own certificate is 401", async () => {
    expect((await read(await authority.issue({ ...SPIFFE, isAuthority: true }))).status).toBe(401);
    expect(gateway.authz.lines).toMatchObject([{ reason: 'certificate_of_authority' }]);
  });

  test('a certificate on the blocklist is 401 at once, on a connection that is open as well', async () => {
    const [blocked, other] = [await authority.issue(SPIFFE), await authority.issue(SPIFFE)];
    const agent = new Agent({ connect: { ...blocked, rejectUnauthorized: false } });
    const status = async () => {
      const answer = await request(`${gateway.envoy.tlsUrl}/claude/status/1`, { dispatcher: agent });
      await answer.body.dump();
      return answer.statusCode;
    };
    try {
      expect(await status()).toBe(200);
      const target = { kind: 'fingerprint', value: blocked.fingerprint } as const;
      await withBlocklistAdministration(gateway.authz.config, 'test', (blocklist) =>
        blocklist.block({ target }),
      );
      await until(async () => (await status()) === 401, 'the certificate is refused');
      expect(gateway.authz.lines.at(-1)).toMatchObject({ reason: 'blocked', key_id: blocked.fingerprint });
      expect((await read(other)).status).toBe(200);
    } finally {
      await agent.close();
    }
  });

  test('a certificate and a token together are ambiguous', async () => {
    const certificate = await authority.issue(SPIFFE);
    const answer = await read(certificate, { headers: { 'x-api-key': key } });
    expect(answer.json()).toMatchObject({ status: 401, code: 'ambiguous_credentials' });
    expect(stubs.requests).toEqual([]);
  });

  describe('a connection is refused', () => {
    const hour = 3_600_000;
    test.each([
      [
        'with an expired certificate',
        () => authority.issue({ ...SPIFFE, fromMs: -2 * hour, untilMs: -hour }),
      ],
      [
        'with a certificate of the future',
        () => authority.issue({ ...SPIFFE, fromMs: hour, untilMs: 2 * hour }),
      ],
      ['with a certificate for servers', () => authority.issue({ ...SPIFFE, usage: 'server' })],
      ['with a self-signed certificate', () => makeSelfSigned()],
      [
        'with a certificate of an authority of the same name',
        async () => (await makeTestAuthority()).issue(SPIFFE),
      ],
    ])('%s', async (_, make: () => Promise<IssuedCertificate>) => {
      const certificate = await make();
      for (const http2 of [false, true]) await expect(read(certificate, { http2 })).rejects.toThrow();
      expect(gateway.authz.lines).toEqual([]);
      expect(stubs.requests).toEqual([]);
    });
  });

  describe('what a caller says of its certificate counts for nothing', () => {
    const forged = {
      'x-forwarded-client-cert': `Hash=${'0'.repeat(64)};Subject="CN=admin,O=Example";URI=spiffe://example.org/ns/acme/sa/admin`,
    };

    test.each([
      ['on the TLS listener', () => gateway.envoy.tlsUrl],
      ['on the plain listener', () => gateway.envoy.url],
    ])('%s', async (_, url) => {
      const request = { path: '/claude/status/1', headers: forged };
      expect((await send(url(), request)).status).toBe(401);
      expect(gateway.authz.lines).toMatchObject([{ reason: 'missing' }]);
      const open = await send(url(), { path: '/health', headers: forged });
      expect(open.status).toBe(200);
      expect(stubs.requests).toHaveLength(1);
      expect(stubs.requests[0]?.headers).not.toHaveProperty('x-forwarded-client-cert');
    });

    test('beside a certificate', async () => {
      await read(await authority.issue(SPIFFE), { headers: forged });
      expect(stubs.requests).toHaveLength(1);
      expect(stubs.requests[0]?.headers['x-client-id']).toBe('service-a');
      expect(JSON.stringify(stubs.requests)).not.toContain('admin');
    });
  });
});

test('where certificates are required, there is no connection without one', async () => {
  const gateway = await startGateway({ required: true });
  try {
    const path = '/health';
    await expect(send(gateway.envoy.tlsUrl, { path })).rejects.toThrow();
    const certificate = await authority.issue({ subject: 'CN=stranger' });
    expect((await send(gateway.envoy.tlsUrl, { path, certificate })).status).toBe(200);
    expect((await send(gateway.envoy.url, { path })).status).toBe(200);
  } finally {
    await gateway.close();
  }
});

test('where a certificate beside a token is ignored, the token says who calls', async () => {
  const gateway = await startGateway({ besideToken: 'ignore' });
  try {
    const { key } = await gateway.authz.keys((keys) => keys.createKey({ client: 'service-b', tier: 'pro' }));
    const certificate = await authority.issue(SPIFFE);
    const path = '/claude/status/1';
    await send(gateway.envoy.tlsUrl, { path, certificate, headers: { 'x-api-key': key } });
    await send(gateway.envoy.tlsUrl, { path, certificate });
    expect(stubs.requests.map(({ headers }) => headers['x-client-id'])).toEqual(['service-b', 'service-a']);
  } finally {
    await gateway.close();
  }
});

test('a certificate on the revocation list gets no connection, as soon as the list is replaced', async () => {
  const crlFile = join(dir, 'crl.pem');
  await writeFile(crlFile, await authority.revocationList());
  const gateway = await startGateway({ crlFile });
  try {
    const [good, bad] = [await authority.issue(SPIFFE), await authority.issue(SPIFFE)];
    const status = async (certificate: IssuedCertificate) =>
      (await send(gateway.envoy.tlsUrl, { path: '/claude/status/1', certificate })).status;
    expect([await status(good), await status(bad)]).toEqual([200, 200]);

    await writeFile(`${crlFile}.new`, await authority.revocationList(bad));
    await rename(`${crlFile}.new`, crlFile);
    await until(
      () =>
        status(bad).then(
          () => false,
          () => true,
        ),
      'the revoked certificate is refused',
    );
    expect(await status(good)).toBe(200);
  } finally {
    await gateway.close();
  }
});
