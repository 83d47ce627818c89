import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import type { TraceContext } from '../../../trace-context/index.ts';
import { readableSpans } from '../readable-span.ts';
import { SPAN } from '../span.fixture.ts';
import type { EndedSpan, SpanAttributes, SpanKind } from '../span.ts';
import { otlpBatches } from './batch.ts';

const requestType = new protobuf.Root()
  .loadSync(new URL('../../../../test/support/otlp/trace_service.proto', import.meta.url).pathname)
  .lookupType('opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest');
const RESOURCE = { 'service.name': 'gatehouse-test', 'service.instance.id': 'test-1' };

/** A request as a plain object. */
function shown(bytes: Uint8Array): unknown {
  const object = requestType.toObject(requestType.decode(bytes), { longs: String, bytes: String });
  return JSON.parse(JSON.stringify(object), (key, value) => {
    if (key === 'attributes') return value.toSorted(byKey);
    // No status is one that is unset.
    if (key === 'status' && value.code === 0) return undefined;
    return value;
  });
}

function byKey(one: { key: string }, other: { key: string }): number {
  return one.key < other.key ? -1 : 1;
}

function spansIn(bytes: Uint8Array): { name: string; attributes?: { value: unknown }[] }[] {
  return requestType.toObject(requestType.decode(bytes)).resourceSpans[0].scopeSpans[0].spans;
}

function written(spans: EndedSpan[]): Uint8Array {
  const batches = otlpBatches(RESOURCE);
  for (const span of spans) batches.add(span);
  return batches.finish();
}

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const contexts: fc.Arbitrary<TraceContext> = fc.record({
  traceId: hex(32),
  spanId: hex(16),
  sampled: fc.boolean(),
});
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 400 }),
);
const values = fc.oneof(
  texts,
  fc.maxSafeInteger(),
  fc.double({ noInteger: true, noNaN: true }),
  fc.boolean(),
  fc.array(texts, { maxLength: 4 }),
  fc.constant(undefined),
);
const attributes: fc.Arbitrary<SpanAttributes> = fc.record(
  {
    'error.type': texts,
    'gatehouse.client': values as fc.Arbitrary<string>,
    'gatehouse.attempt': values as fc.Arbitrary<string>,
    'gen_ai.response.finish_reasons': values as fc.Arbitrary<string>,
    'gen_ai.usage.cache_creation.input_tokens': values as fc.Arbitrary<string>,
  },
  { requiredKeys: [] },
);
const common: fc.Arbitrary<SpanAttributes> = fc.constantFrom(
  {},
  { 'rpc.system': 'grpc', 'rpc.service': 'a.Service', 'rpc.method': undefined },
);
/** To a tenth of a microsecond, which is what a number of milliseconds since the epoch can say. */
const times = fc
  .integer({ min: 0, max: 4_000_000_000_000 })
  .chain((ms) => fc.integer({ min: 0, max: 9_999 }).map((fraction) => ms + fraction / 10_000));
const spans: fc.Arbitrary<EndedSpan> = fc.record({
  name: texts,
  kind: fc.constantFrom<SpanKind[]>('internal', 'server', 'client', 'producer', 'consumer'),
  context: contexts,
  parentSpanId: hex(16),
  startMs: times,
  endMs: times,
  common,
  attributes,
  links: fc.array(contexts, { maxLength: 3 }),
  error: fc.option(texts, { nil: undefined }),
});

test("spans are written as OpenTelemetry's own library writes them", () => {
  const read = readableSpans(RESOURCE);
  fc.assert(
    fc.property(fc.array(spans, { minLength: 1, maxLength: 5 }), (some) => {
      const theirs = ProtobufTraceSerializer.serializeRequest(read(some)) as Uint8Array;
      const ours = written(some);
      expect(shown(ours)).toEqual(shown(theirs));
      // Nothing that the definition does not have.
      expect(ours.length).toBe(requestType.encode(requestType.decode(ours)).finish().length);
    }),
  );
});

test('a batch is full with 2048 spans, and the next one has none of them', () => {
  const batches = otlpBatches(RESOURCE);
  const full = Array.from({ length: 2048 }, () => batches.add(SPAN));
  expect(full.indexOf(true)).toBe(2047);
  const first = batches.finish();
  expect(batches.add({ ...SPAN, name: 'another span' })).toBe(false);
  const second = batches.finish();
  expect(spansIn(first).map(({ name }) => name)).toEqual(new Array(2048).fill('a span'));
  expect(spansIn(second).map(({ name }) => name)).toEqual(['another span']);
});

test('a batch is full before a collector would refuse it for its length', () => {
  const batches = otlpBatches(RESOURCE);
  const long = { ...SPAN, name: 'x'.repeat(2 ** 16) };
  while (!batches.add(long)) {
    // One more.
  }
  expect(batches.finish().length).toBeLessThan(2 * 2 ** 20);
});

test('a whole number that OTLP has no whole number for is as near as can be', () => {
  const [span] = spansIn(written([{ ...SPAN, attributes: { 'gatehouse.attempt': 1e300 } }]));
  expect(span?.attributes).toMatchObject([{ value: { doubleValue: 1e300 } }]);
});
