import { beforeAll, expect, test } from 'vitest';
import { look } from '../../../test/support/doctor.ts';
import { makeDevelopmentCertificate } from '../../up/development-certificate.ts';
import { certificateCheck, judgeCertificate } from './certificate.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
let made: Awaited<ReturnType<typeof makeDevelopmentCertificate>>;
let other: typeof made;
let endsMs: number;
beforeAll(async () => {
  [made, other] = await Promise.all([makeDevelopmentCertificate(NOW), makeDevelopmentCertificate(NOW)]);
  const { X509Certificate } = await import('node:crypto');
  endsMs = new X509Certificate(made.certificate).validToDate.getTime();
});
const judge = (now: number, key = made.key) => judgeCertificate(made.certificate, key, new Date(now));

test('a certificate that lasts is ok, with its names and its end', () => {
  expect(judge(NOW.getTime() + 1_000)).toEqual({
    state: 'ok',
    detail: expect.stringMatching(/^of .*localhost.*, until 20/),
  });
});

test('one that ends within two weeks is limited, with the days that are left', () => {
  expect(judge(endsMs - 3.5 * 86_400_000)).toEqual({
    state: 'limited',
    detail: expect.stringContaining('expires in 3 days'),
  });
});

test('one that has ended, or has not begun, is wrong', () => {
  expect(judge(endsMs)).toEqual({ state: 'wrong', detail: expect.stringContaining('expired') });
  expect(judge(0)).toEqual({ state: 'wrong', detail: expect.stringContaining('not valid before') });
});

test('one whose key is of another is wrong', () => {
  const detail = expect.stringContaining('does not belong to envoy.tls.certFile');
  expect(judge(NOW.getTime() + 1_000, other.key)).toEqual({ state: 'wrong', detail });
});

test('without one of your own there is the development certificate', async () => {
  expect(await look(certificateCheck)).toMatchObject({ state: 'ok' });
});

test('files that are not there are named', async () => {
  const set = ['envoy.tls.certFile=/nowhere/cert.pem', 'envoy.tls.keyFile=/nowhere/key.pem'];
  expect(await look(certificateCheck, { set })).toEqual({
    state: 'wrong',
    detail: expect.stringContaining('/nowhere/cert.pem'),
  });
});
