import { describe, expect, test } from 'vitest';
import { presentCredential } from './present.ts';

const present = (headers: Record<string, string>) => presentCredential({ header: (name) => headers[name] });

describe('a token is found', () => {
  test.each([
    ['in x-api-key', { 'x-api-key': 't' }],
    ['in Authorization: Bearer', { authorization: 'Bearer t' }],
    ['whatever the case of the scheme', { authorization: 'bEARER  t' }],
    ['once, when both headers have it', { 'x-api-key': 't', authorization: 'Bearer t' }],
    ['beside an empty header', { 'x-api-key': '', authorization: 'Bearer t' }],
  ])('%s', (_, headers) => {
    expect(present(headers)).toEqual({ kind: 'token', token: 't' });
  });
});

describe('two different credentials are ambiguous', () => {
  test.each([
    ['two tokens', { 'x-api-key': 't', authorization: 'Bearer u' }],
    ['a token and a password', { 'x-api-key': 't', authorization: 'Basic dTpw' }],
    ['a token and the same token twice', { 'x-api-key': 't', authorization: 'Bearer t,Bearer t' }],
  ])('%s', (_, headers) => {
    expect(present(headers)).toEqual({ kind: 'ambiguous' });
  });
});

test.each([{}, { 'x-api-key': '', authorization: '' }])('there is no credential in %j', (headers) => {
  expect(present(headers)).toEqual({ kind: 'none' });
});

describe('a credential is unusable', () => {
  test.each([
    ['repeated_header', { 'x-api-key': 't,t' }],
    ['repeated_header', { authorization: 'Bearer t,Bearer t' }],
    ['unsupported_scheme', { authorization: 't' }],
    ['unsupported_scheme', { authorization: 'Basic dTpw' }],
    ['unsupported_scheme', { authorization: 'Bearer' }],
    ['unsupported_scheme', { authorization: 'Bearer t x' }],
  ])('%s: %j', (reason, headers: Record<string, string>) => {
    expect(present(headers)).toEqual({ kind: 'unusable', reason });
  });
});
