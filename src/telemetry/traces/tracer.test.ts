import { expect, test } from 'vitest';
import type { EndedSpan } from './span.ts';
import { createTracer, silentTracer } from './tracer.ts';

const PARENT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true };

function recorded() {
  const spans: EndedSpan[] = [];
  return { spans, tracer: createTracer((span) => spans.push(span)) };
}

test('a span is told once it has ended, and only once', () => {
  const { spans, tracer } = recorded();
  const common = { 'rpc.system': 'grpc' };
  const span = tracer.start('a', PARENT, { kind: 'server', attributes: { 'gatehouse.attempt': 1 } });
  span.set({ 'gatehouse.tier': 'pro' });
  expect(spans).toEqual([]);
  span.end({ error: 'broken', common });
  span.end();
  expect(spans).toEqual([
    {
      ...{ name: 'a', kind: 'server', links: [], parentSpanId: PARENT.spanId, error: 'broken' },
      context: span.context,
      startMs: expect.any(Number),
      endMs: expect.any(Number),
      common,
      attributes: { 'gatehouse.attempt': 1, 'gatehouse.tier': 'pro' },
    },
  ]);
  expect(span.context).toMatchObject({ traceId: PARENT.traceId, sampled: true });
  expect(span.context?.spanId).toMatch(/^[0-9a-f]{16}$/);
});

test('a span can be told afterwards, by an id and times that others know', () => {
  const { spans, tracer } = recorded();
  tracer.start('a', PARENT, { spanId: '1234567890abcdef', startMs: 1000 }).end({ endMs: 2000 });
  expect(spans).toMatchObject([{ context: { spanId: '1234567890abcdef' }, startMs: 1000, endMs: 2000 }]);
});

test('a clock that was set back makes no span that ends before it begins', () => {
  const { spans, tracer } = recorded();
  tracer.start('a', PARENT, { startMs: 2000 }).end({ endMs: 1000 });
  expect(spans).toMatchObject([{ startMs: 2000, endMs: 2000 }]);
});

test.each([
  ['a trace that is not recorded', { ...PARENT, sampled: false }],
  ['no trace', undefined],
])('in %s nothing is told, and the context is passed on', (_what, parent) => {
  const { spans, tracer } = recorded();
  const span = tracer.start('a', parent);
  span.set({ 'gatehouse.tier': 'pro' });
  span.end();
  expect(span.context).toBe(parent);
  expect(spans).toEqual([]);
  expect(silentTracer.start('a', PARENT).context).toBe(PARENT);
});
