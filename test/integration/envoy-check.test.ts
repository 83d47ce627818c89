import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { checkEnvoy, renderEnvoy, writeEnvoyFiles } from '../../src/envoy/index.ts';
import { makeTestAuthority } from '../support/authority.ts';
import { makeTestCertificate, type TestCertificate } from '../support/certificate.ts';
import { startTestEnvoy } from '../support/envoy.ts';
import { startStubUpstreams } from '../support/envoy-upstreams.ts';

let certificate: TestCertificate;

beforeAll(async () => {
  certificate = await makeTestCertificate();
});
afterAll(() => certificate?.close());

function render(...set: string[]): Promise<string> {
  return renderEnvoy(loadConfig({ dataDir: '/data', cwd: '/', set }), certificate);
}

test('Envoy accepts the configuration that ships', async () => {
  expect(await checkEnvoy(await render())).toEqual({ ok: true });
});

test('Envoy accepts it with upstreams by name, as in a compose project', async () => {
  const yaml = await render(
    'listen.envoyHttp=0.0.0.0:8080',
    'listen.envoyTls=0.0.0.0:8443',
    'envoy.upstreams.authz=gatehouse:9001',
    'envoy.upstreams.ratelimit=gatehouse:8081',
    'envoy.upstreams.api=gatehouse:9000',
  );
  expect(await checkEnvoy(yaml)).toEqual({ ok: true });
});

test('Envoy accepts it with IPv6 addresses', async () => {
  const yaml = await render('listen.envoyHttp=[::1]:8080', 'envoy.upstreams.api=[::1]:9000');
  expect(await checkEnvoy(yaml)).toEqual({ ok: true });
});

describe('Envoy accepts it', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-check-'));
    await writeFile(join(dir, 'secret'), 'a secret');
    const authority = await makeTestAuthority();
    await writeFile(join(dir, 'crl.pem'), await authority.revocationList());
    await writeFile(join(dir, 'ca.pem'), authority.ca);
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const file = (name: string) => join(dir, name);
  const mtls = () =>
    `identity.mtls=${JSON.stringify({ caFile: file('ca.pem'), crlFile: file('crl.pem'), required: true })}`;
  const oidc = () =>
    `identity.oidc=${JSON.stringify({
      provider: 'okta',
      issuer: 'https://example.okta.com/oauth2/default',
      publicUrl: 'https://gatehouse.example.org',
      clientId: 'gatehouse',
      clientSecretFile: file('secret'),
      cookieSecretFile: file('secret'),
      emailDomains: ['example.org'],
      caFile: file('ca.pem'),
    })}`;

  test.each([
    ['with client certificates', () => [mtls()]],
    ["with browsers' login", () => [oidc()]],
    ['with both', () => [mtls(), oidc()]],
  ])('%s', async (_, set) => {
    const yaml = await render(...set());
    expect(await checkEnvoy(yaml)).toEqual({ ok: true });
    expect(yaml).not.toContain('a secret');
  });

  test('with client authorities in a file of their own', async () => {
    const config = loadConfig({ dataDir: '/data', cwd: '/', set: [mtls()] });
    const configFile = await writeEnvoyFiles(dir, config, certificate);
    expect(await checkEnvoy(await readFile(configFile, 'utf8'))).toEqual({ ok: true });
  });

  test('not with a secret that is not there, whose path it tells', async () => {
    const yaml = (await render(oidc())).replaceAll(file('secret'), '/nowhere/secret');
    expect(await checkEnvoy(yaml)).toEqual({
      ok: false,
      message: expect.stringContaining('/nowhere/secret'),
    });
  });
});

test('what Envoy refuses is told in its own words', async () => {
  const yaml = (await render()).replace('codec_type: AUTO', 'codec_type: MORSE');
  expect(await checkEnvoy(yaml)).toEqual({ ok: false, message: expect.stringContaining('MORSE') });
});

test('a certificate that is not there is told with its path', async () => {
  const config = loadConfig({ dataDir: '/data', cwd: '/' });
  const yaml = await renderEnvoy(config, { ...certificate, certFile: '/nowhere/cert.pem' });
  expect(await checkEnvoy(yaml)).toEqual({
    ok: false,
    message: expect.stringContaining('/nowhere/cert.pem'),
  });
});

test('an Envoy that is not there is told with what to do', async () => {
  expect(await checkEnvoy(await render(), '/nowhere/envoy')).toEqual({
    ok: false,
    message: expect.stringMatching(/\/nowhere\/envoy.*make setup/),
  });
});

test('Envoy starts without a warning, so nothing in the configuration is deprecated', async () => {
  const stubs = await startStubUpstreams();
  try {
    const envoy = await startTestEnvoy({ upstreams: stubs.addresses });
    try {
      expect(envoy.warnings()).toEqual([]);
    } finally {
      await envoy.close();
    }
  } finally {
    await stubs.close();
  }
});
