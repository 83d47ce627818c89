import { describe, expect, test } from 'vitest';
import { type BrowserRequest, checkBrowserRequest } from './browser-request.ts';

const check = checkBrowserRequest('192.0.2.7', ['gatehouse.example', 'other.example:8443']);
const refusal = (headers: BrowserRequest['headers'], method = 'GET') => check({ method, headers });

describe('the host', () => {
  test.each([
    ...['localhost:9900', 'LOCALHOST', '127.0.0.1:9900', '127.1.2.3:1', '[::1]:9900', '192.0.2.7:9900'],
    ...['gatehouse.example', 'gatehouse.example:9900', 'other.example:8443'],
  ])('%s is known', (host) => expect(refusal({ host })).toBeUndefined());

  test.each([
    ...[undefined, '', 'rebound.example:9900', 'localhost.rebound.example', '127.0.0.1.rebound.example'],
    ...['192.0.2.8', 'other.example', 'other.example:9900', '[::2]:9900', 'xlocalhost'],
  ])('%s is not', (host) => expect(refusal({ host })).toBe('unknown_host'));

  test('an IPv6 address that is listened on is known in brackets', () => {
    const headers = { host: '[2001:db8::1]:9900' };
    expect(checkBrowserRequest('2001:db8::1', [])({ method: 'GET', headers })).toBeUndefined();
  });
});

test('a configured name is known however it is spelt: names have no case, and browsers write them small', () => {
  const headers = { host: 'gatehouse.example', origin: 'https://gatehouse.example:8443' };
  const spelt = checkBrowserRequest('127.0.0.1', ['Gatehouse.Example', 'Gatehouse.Example:8443']);
  expect(spelt({ method: 'GET', headers })).toBeUndefined();
  expect(spelt({ method: 'GET', headers: { host: 'GATEHOUSE.example:8443' } })).toBeUndefined();
});

describe('the origin', () => {
  const host = '127.0.0.1:9900';
  test.each([
    ['none, as with a link that is opened', {}],
    ['the same', { origin: 'http://127.0.0.1:9900', 'sec-fetch-site': 'same-origin' }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
    ['that of a proxy in front', { origin: 'https://gatehouse.example' }],
  ])('%s', (_what, headers) => expect(refusal({ host, ...headers })).toBeUndefined());

  test.each([
    ['another site', { origin: 'https://elsewhere.example' }],
    ['another port of this host', { origin: 'http://127.0.0.1:3000' }],
    ['another name of this host', { origin: 'http://localhost:9900' }],
    ['another port of a configured name', { origin: 'https://gatehouse.example:444' }],
    ['an opaque one', { origin: 'null' }],
    ['another port, without Origin', { 'sec-fetch-site': 'same-site' }],
    ['another site, without Origin', { 'sec-fetch-site': 'cross-site' }],
  ])('%s is refused', (_what, headers) => expect(refusal({ host, ...headers })).toBe('other_origin'));
});

describe('what may change something', () => {
  const host = 'localhost:9900';
  test.each(['POST', 'PUT', 'DELETE'])('%s needs the header', (method) => {
    expect(refusal({ host }, method)).toBe('no_guard_header');
    expect(refusal({ host, 'x-gatehouse-admin': '1' }, method)).toBeUndefined();
  });
  test.each(['GET', 'HEAD'])('%s does not', (method) => expect(refusal({ host }, method)).toBeUndefined());
});
