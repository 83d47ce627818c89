import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCheckResponse } from '../../../test/support/check-message.ts';
import type { HttpAnswer } from '../check-response.ts';
import type { Metadata } from '../metadata.ts';
import { encodeCheckResponse } from './encode-response.ts';

const text = fc.string({ unit: 'binary', maxLength: 300 });
const metadata: fc.Arbitrary<Metadata> = fc.record({
  ...{ client: text, tenant: text, tier: text, model: text, route: text },
  ...{ key_id: text, auth_method: text, verdict: text, shadow: text },
});
const answer: fc.Arbitrary<HttpAnswer> = fc.record({
  status: fc.integer({ min: 100, max: 599 }),
  headers: fc.dictionary(fc.stringMatching(/^[a-z-]{1,20}$/), text, { maxKeys: 4 }),
  body: fc.oneof(text, fc.string({ unit: 'binary', minLength: 2_000, maxLength: 20_000 })),
});
/** Lengths that come again, and others. */
const jws = fc.oneof(fc.stringMatching(/^[\w.-]{20}$/), fc.stringMatching(/^[\w.-]{0,300}$/));
const code = fc.integer({ min: 1, max: 16 });

const struct = (values: Metadata) => ({
  fields: Object.fromEntries(Object.entries(values).map(([name, stringValue]) => [name, { stringValue }])),
});
const headers = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([key, value]) => ({ header: { key, value } }));
const httpAnswer = ({ status, headers: values, body }: HttpAnswer) => ({
  status: { code: status },
  ...(Object.keys(values).length > 0 && { headers: headers(values) }),
  body,
});

test('protobufjs reads of an answer that lets pass all that was written, also when its metadata comes again', () => {
  fc.assert(
    fc.property(metadata, fc.array(jws, { minLength: 1, maxLength: 4 }), (values, assertions) => {
      for (const assertion of assertions) {
        const bytes = encodeCheckResponse({ kind: 'ok', assertion, metadata: values });
        expect(decodeCheckResponse(bytes)).toEqual({
          status: { code: 0 },
          ok_response: {
            headers: headers({ 'x-client-id': values.client, 'x-gatehouse-assertion': assertion }),
            headers_to_remove: ['x-api-key', 'authorization', 'x-gatehouse-id-token'],
          },
          dynamic_metadata: struct(values),
        });
      }
    }),
  );
});

test('and of one that refuses, with metadata or without', () => {
  fc.assert(
    fc.property(code, answer, fc.option(metadata, { nil: undefined }), (status, refusal, values) => {
      const bytes = encodeCheckResponse({ kind: 'denied', code: status, answer: refusal, metadata: values });
      expect(decodeCheckResponse(bytes)).toEqual({
        status: { code: status },
        denied_response: httpAnswer(refusal),
        ...(values && { dynamic_metadata: struct(values) }),
      });
    }),
  );
});

test('and of one that says that nothing could be decided', () => {
  fc.assert(
    fc.property(code, answer, (status, refusal) => {
      const bytes = encodeCheckResponse({ kind: 'error', code: status, answer: refusal });
      expect(decodeCheckResponse(bytes)).toEqual({
        status: { code: status },
        error_response: httpAnswer(refusal),
      });
    }),
  );
});

test('an answer that cannot be written leaves nothing of itself in the next', () => {
  const refusal = { status: 401, headers: { a: 'b' }, body: 'no' };
  const broken = { ...refusal, body: undefined as unknown as string };
  expect(() =>
    encodeCheckResponse({ kind: 'denied', code: 16, answer: broken, metadata: undefined }),
  ).toThrow();
  const next = encodeCheckResponse({ kind: 'denied', code: 16, answer: refusal, metadata: undefined });
  expect(decodeCheckResponse(next)).toEqual({ status: { code: 16 }, denied_response: httpAnswer(refusal) });
});
