import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RateLimitRequest } from '../rls/message.ts';
import { formatTrafficLine, requestOf, trafficLineSchema } from './traffic-line.ts';

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const option = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const request: fc.Arbitrary<RateLimitRequest> = fc.record({
  domain: fc.string({ minLength: 1 }),
  hits_addend: uint32,
  descriptors: fc.array(
    fc.record({
      entries: fc.array(fc.record({ key: fc.string(), value: fc.string() }), { minLength: 1, maxLength: 4 }),
      hits_addend: option(fc.record({ value: fc.nat() })),
      is_negative_hits: fc.boolean(),
      limit: option(
        fc.record({
          requests_per_unit: uint32,
          unit: fc.constantFrom('SECOND', 'MINUTE', 'HOUR', 'DAY', 'MONTH', 'YEAR'),
          unit_multiplier: option(fc.record({ value: uint32 })),
        }),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

describe('a line of recorded traffic', () => {
  it('holds a request whole, for any request', () => {
    fc.assert(
      fc.property(request, fc.nat(), fc.option(fc.string(), { nil: undefined }), (given, at, lease) => {
        const text = formatTrafficLine(at, given, lease, 'OK');
        expect(text).not.toContain('\n');
        const line = trafficLineSchema.parse(JSON.parse(text));
        expect(requestOf(line)).toEqual(given);
        expect({ at: line.at, lease: line.lease, code: line.code }).toEqual({ at, lease, code: 'OK' });
      }),
    );
  });

  it('may have its time as text', () => {
    const line = { at: '2026-01-31T12:00:00+01:00', domain: 'd', descriptors: [{ entries: [{ key: 'k' }] }] };
    expect(trafficLineSchema.parse(line)).toMatchObject({
      at: Date.parse('2026-01-31T11:00:00Z'),
      descriptors: [{ entries: [{ key: 'k', value: '' }] }],
    });
  });
});
