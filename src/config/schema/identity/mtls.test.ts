import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../load.ts';

function load(mtls: unknown) {
  return loadConfig({
    dataDir: '/data',
    cwd: '/etc/gatehouse',
    set: [`identity.mtls=${JSON.stringify(mtls)}`],
  }).identity.mtls;
}
const withRule = (rule: object) => load({ caFile: 'ca.pem', rules: [rule] });

test('without the section there are no client certificates', () => {
  expect(loadConfig({ dataDir: '/data', cwd: '/' }).identity.mtls).toBeUndefined();
});

test('defaults: certificates are optional, never beside a token, and nobody is anybody', () => {
  expect(load({ caFile: 'ca.pem' })).toEqual({
    caFile: '/etc/gatehouse/ca.pem',
    required: false,
    besideToken: 'refuse',
    rules: [],
  });
});

test('a rule has defaults for all but the client', () => {
  expect(withRule({ dns: '{client}.example.org', client: '{client}' })?.rules).toEqual([
    {
      dns: '{client}.example.org',
      client: '{client}',
      tenant: 'default',
      tier: 'free',
      roles: [],
      permissions: {},
    },
  ]);
});

test('the section needs the authorities', () => {
  expect(() => load({})).toThrow(/identity\.mtls\.caFile/);
});

describe('a rule is refused', () => {
  test.each([
    ['without a pattern', { client: 'a' }, 'exactly one of spiffe, dns and subject'],
    ['with two patterns', { dns: 'a', spiffe: 'spiffe://a/b', client: 'a' }, 'exactly one of'],
    ['that refers to what its pattern lacks', { dns: '{a}', client: '{b}' }, '({a})'],
    ['that refers to a star', { dns: '*.a', client: '{a}' }, 'it has none'],
    ['with a SPIFFE ID of another scheme', { spiffe: 'https://a/b', client: 'a' }, 'expected a SPIFFE ID'],
    ['with a SPIFFE ID without a path', { spiffe: 'spiffe://a', client: 'a' }, 'expected a SPIFFE ID'],
    ['with two placeholders in one part', { dns: '{a}-{b}.x', client: 'a' }, 'expected a DNS name'],
    ['with an empty subject', { subject: {}, client: 'a' }, 'at least one attribute'],
    ['with a name twice', { subject: { CN: '{a}', O: '{a}' }, client: '{a}' }, 'each {name} once only'],
    ['with an unknown key', { dns: 'a', client: 'a', tire: 'pro' }, 'did you mean "tier"?'],
  ])('%s', (_, rule, message) => {
    expect(() => withRule(rule)).toThrow(message);
  });
});
