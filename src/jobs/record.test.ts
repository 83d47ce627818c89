import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeJob, decodeVisible, encodeFields, type JobFields, VISIBLE_FIELDS } from './record.ts';

const fields: fc.Arbitrary<JobFields> = fc.record(
  {
    owner: fc.record({ tenant: fc.string(), client: fc.string(), tier: fc.string(), keyId: fc.string() }),
    request: fc.record({ prompt: fc.string({ unit: 'grapheme' }) }),
    attempts: fc.nat(),
    handedBack: fc.nat(),
    model: fc.string(),
    result: fc.record({ text: fc.string({ unit: 'grapheme' }) }),
    costUsd: fc.double({ min: 0, max: 1e6, noNaN: true }).map(Math.abs),
    requestId: fc.string(),
  },
  { requiredKeys: [] },
);

test('a record comes back as it was written', () => {
  fc.assert(
    fc.property(fields, (some) => {
      const flat = encodeFields({ state: 'queued', ...some });
      const hash: Record<string, string> = { lastSeq: '7' };
      for (let index = 0; index < flat.length; index += 2)
        hash[flat[index] as string] = flat[index + 1] as string;
      expect(decodeJob('id', hash)).toEqual({ jobId: 'id', lastSeq: 7, state: 'queued', ...some });
      const { request: _, handedBack: __, ...visible } = some;
      const values = VISIBLE_FIELDS.map((name) => hash[name] ?? null);
      expect(decodeVisible('id', values)).toEqual({ jobId: 'id', lastSeq: 7, state: 'queued', ...visible });
    }),
  );
});

test('an absent record is undefined', () => {
  expect(decodeJob('id', {})).toBeUndefined();
  expect(
    decodeVisible(
      'id',
      VISIBLE_FIELDS.map(() => null),
    ),
  ).toBeUndefined();
});
