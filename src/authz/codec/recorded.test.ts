import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeCheckRequest } from './decode-request.ts';
import { readByProtobufjs, withTexts } from './protobufjs.fixture.ts';

/** As test/support/record-checks.ts had the real Envoy send them. */
const recorded = (name: string) => readFileSync(new URL(`./recorded/${name}.bin`, import.meta.url));
const BODY = Buffer.from('{"prompt":"Größe?"}');

describe('of what Envoy sends, it reads what protobufjs reads', () => {
  test.each([
    ['reading-http1', { method: 'GET', path: '/claude/status/1?wait=1', size: 0 }, undefined],
    [
      'submitting-http1',
      { method: 'POST', path: '/claude/invoke', size: BODY.length, body: BODY },
      'acme/größe',
    ],
    [
      'submitting-http2',
      { method: 'POST', path: '/claude/invoke', size: BODY.length, body: BODY },
      'acme/größe',
    ],
    ['raw-headers', { method: 'POST', body: BODY }, 'one,acme/größe'],
    ['body-as-text', { method: 'POST', body: BODY }, 'acme/größe'],
  ])('%s', (name, http, repository) => {
    const request = withTexts(decodeCheckRequest(recorded(name)));
    expect(request).toEqual(readByProtobufjs(recorded(name)));
    expect(request).toMatchObject({ http, peerAddress: '127.0.0.1', peerCertificate: '' });
    expect(request.http?.headers).toMatchObject({ 'x-api-key': 'a-key', 'x-repo': repository });
    expect(request.http?.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('client-certificate', () => {
    const request = withTexts(decodeCheckRequest(recorded('client-certificate')));
    expect(request).toEqual(readByProtobufjs(recorded('client-certificate')));
    expect(decodeURIComponent(request.peerCertificate)).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
  });
});
