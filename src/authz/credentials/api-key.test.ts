import { describe, expect, test } from 'vitest';
import { generateApiKey } from '../api-keys/format.ts';
import { extractApiKey } from './api-key.ts';

const KEY = generateApiKey(() => Buffer.alloc(32, 1));
const OTHER = generateApiKey(() => Buffer.alloc(32, 2));
const extract = (headers: Record<string, string>) => extractApiKey((name) => headers[name]);

describe('an API key is found', () => {
  test.each([
    ['in x-api-key', { 'x-api-key': KEY }],
    ['in Authorization: Bearer', { authorization: `Bearer ${KEY}` }],
    ['whatever the case of the scheme', { authorization: `bEARER  ${KEY}` }],
    ['once, when both headers have it', { 'x-api-key': KEY, authorization: `Bearer ${KEY}` }],
    ['beside an empty header', { 'x-api-key': '', authorization: `Bearer ${KEY}` }],
  ])('%s', (_, headers) => {
    expect(extract(headers)).toEqual({ kind: 'api_key', apiKey: KEY });
  });
});

describe('two different credentials are ambiguous', () => {
  test.each([
    ['two keys', { 'x-api-key': KEY, authorization: `Bearer ${OTHER}` }],
    ['a key and something that is none', { 'x-api-key': KEY, authorization: 'Bearer x' }],
    ['a key and a password', { 'x-api-key': KEY, authorization: 'Basic dTpw' }],
    ['a key and the same key twice', { 'x-api-key': KEY, authorization: `Bearer ${KEY},Bearer ${KEY}` }],
  ])('%s', (_, headers) => {
    expect(extract(headers)).toEqual({ kind: 'ambiguous' });
  });
});

describe('a credential is unusable', () => {
  test.each([
    ['missing', {}],
    ['missing', { 'x-api-key': '', authorization: '' }],
    ['malformed', { 'x-api-key': 'x' }],
    ['malformed', { authorization: 'Bearer x' }],
    ['malformed', { 'x-api-key': `Bearer ${KEY}` }],
    ['bad_checksum', { 'x-api-key': `${KEY.slice(0, -1)}${KEY.endsWith('0') ? '1' : '0'}` }],
    ['repeated_header', { 'x-api-key': `${KEY},${KEY}` }],
    ['repeated_header', { authorization: `Bearer ${KEY},Bearer ${KEY}` }],
    ['unsupported_scheme', { authorization: KEY }],
    ['unsupported_scheme', { authorization: 'Basic dTpw' }],
    ['unsupported_scheme', { authorization: 'Bearer' }],
    ['unsupported_scheme', { authorization: `Bearer ${KEY} x` }],
  ])('%s: %j', (reason, headers: Record<string, string>) => {
    expect(extract(headers)).toEqual({ kind: 'unusable', reason });
  });
});
