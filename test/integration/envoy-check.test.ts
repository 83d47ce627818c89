import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { checkEnvoy, renderEnvoy } from '../../src/envoy/index.ts';
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
