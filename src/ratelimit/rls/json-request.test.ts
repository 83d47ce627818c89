import { describe, expect, it } from 'vitest';
import { parseJsonRequest } from './json-request.ts';

const parse = (value: unknown) => parseJsonRequest(Buffer.from(JSON.stringify(value)));
const entries = [{ key: 'client', value: 'a' }];

describe('a request as JSON', () => {
  it('has its fields by their names in JSON or in the .proto file', () => {
    const expected = {
      domain: 'd',
      descriptors: [
        {
          entries,
          limit: { requests_per_unit: 7, unit: 'DAY', unit_multiplier: { value: 2 } },
          hits_addend: { value: 3 },
          is_negative_hits: true,
        },
      ],
      hits_addend: 4,
    };
    expect(parse(expected)).toBeUndefined();
    const limit = { requestsPerUnit: 7, unit: 'DAY', unitMultiplier: 2 };
    const descriptor = { entries, limit, hitsAddend: 3, isNegativeHits: true };
    expect(parse({ domain: 'd', descriptors: [descriptor], hitsAddend: 4 })).toEqual(expected);
    const snakeLimit = { requests_per_unit: 7, unit: 'DAY', unit_multiplier: 2 };
    const snake = { entries, limit: snakeLimit, hits_addend: 3, is_negative_hits: true };
    expect(parse({ domain: 'd', descriptors: [snake], hits_addend: 4 })).toEqual(expected);
  });

  it('has defaults for what is absent or null', () => {
    const nothing = { entries: null, limit: null, hitsAddend: null, isNegativeHits: null };
    expect(parse({ domain: null, descriptors: [{}, nothing, { limit: {}, entries: [{}] }] })).toEqual({
      domain: '',
      descriptors: [
        ...Array(2).fill({ entries: [], limit: null, hits_addend: null, is_negative_hits: false }),
        {
          entries: [{ key: '', value: '' }],
          limit: { requests_per_unit: 0, unit: 'UNKNOWN', unit_multiplier: null },
          hits_addend: null,
          is_negative_hits: false,
        },
      ],
      hits_addend: 0,
    });
  });

  it('may have numbers as text, and units as numbers', () => {
    const limit = { unit: 4, requestsPerUnit: '7' };
    expect(parse({ hitsAddend: '4', descriptors: [{ limit, hitsAddend: '3e0' }] })).toMatchObject({
      descriptors: [{ limit: { unit: 'DAY', requests_per_unit: 7 }, hits_addend: { value: 3 } }],
      hits_addend: 4,
    });
    expect(parse({ descriptors: [{ limit: { unit: 99 } }] })).toMatchObject({
      descriptors: [{ limit: { unit: 99 } }],
    });
  });

  it.each([
    ['an unknown field', { other: 1 }],
    ['an unknown field in an entry', { descriptors: [{ entries: [{ key: 'k', valu: 'v' }] }] }],
    ['a field by both of its names', { hitsAddend: 1, hits_addend: 1 }],
    ['text where a list belongs', { descriptors: 'a' }],
    ['a number where text belongs', { domain: 1 }],
    ['a negative number', { hitsAddend: -1 }],
    ['a broken number', { hitsAddend: 1.5 }],
    ['more than a uint32', { hitsAddend: 2 ** 32 }],
    ['a text that is no number', { hitsAddend: '0x10' }],
    ['an unknown unit', { descriptors: [{ limit: { unit: 'FORTNIGHT' } }] }],
    ['text where true or false belongs', { descriptors: [{ isNegativeHits: 'true' }] }],
    ['null in a list', { descriptors: [null] }],
    ['a list', []],
    ['null', null],
  ])('with %s is none', (_what, value) => {
    expect(parse(value)).toBeUndefined();
  });

  it('that is not JSON, or not UTF-8, is none', () => {
    for (const body of ['', 'domain: d', '{"domain":"d"} {}', '{"domain":']) {
      expect(parseJsonRequest(Buffer.from(body))).toBeUndefined();
    }
    expect(parseJsonRequest(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]))).toBeUndefined();
  });
});
