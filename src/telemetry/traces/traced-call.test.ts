import { expect, test } from 'vitest';
import { isSampled } from '../../trace-context/index.ts';
import type { EndedSpan } from './span.ts';
import { tracedCall } from './traced-call.ts';
import { createTracer, silentTracer } from './tracer.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const called = (traceparent: string | undefined) => ({
  metadata: () => traceparent,
  isSampled: isSampled(traceparent),
});
const call = (flags: string) => called(`00-${TRACE}-b7ad6b7169203331-${flags}`);

function traced(handler: (request: string) => string | Promise<string>) {
  const spans: EndedSpan[] = [];
  const tracer = createTracer((span) => spans.push(span));
  const describe = (response: string) => ({ attributes: { 'gatehouse.decision': response } });
  return { spans, answer: tracedCall({ tracer, service: 'a.Service', method: 'Do', describe }, handler) };
}

test.each([
  ['at once', (request: string) => request],
  ['later', async (request: string) => request],
])('a call whose trace is recorded has a span with what was answered %s', async (_when, handler) => {
  const { spans, answer } = traced(handler);
  expect(await answer('OK', call('01'))).toBe('OK');
  expect(spans).toMatchObject([
    {
      ...{ name: 'a.Service/Do', kind: 'server', parentSpanId: 'b7ad6b7169203331', error: undefined },
      context: { traceId: TRACE },
      common: {
        ...{ 'rpc.system': 'grpc', 'rpc.service': 'a.Service', 'rpc.method': 'Do' },
        'rpc.grpc.status_code': 0,
      },
      attributes: { 'gatehouse.decision': 'OK' },
    },
  ]);
});

test.each([
  [
    'throws',
    () => {
      throw new TypeError('a bug');
    },
  ],
  ['rejects', () => Promise.reject(new TypeError('a bug'))],
])('one that %s has failed, and its caller hears of it', async (_how, handler) => {
  const { spans, answer } = traced(handler);
  await expect(async () => answer('', call('01'))).rejects.toThrow('a bug');
  expect(spans).toMatchObject([{ error: 'TypeError' }]);
});

test('any other call has none', () => {
  const { spans, answer } = traced((request) => request);
  expect(answer('OK', call('00'))).toBe('OK');
  expect(answer('OK', called(undefined))).toBe('OK');
  expect(spans).toEqual([]);
});

test('a sampled flag behind what is no trace context records nothing', () => {
  const { spans, answer } = traced((request) => request);
  expect(answer('OK', called(`${'x'.repeat(54)}1`))).toBe('OK');
  expect(spans).toEqual([]);
});

test('without traces a call goes straight to its handler', () => {
  const handler = (request: string) => request;
  const describe = () => ({ attributes: {} });
  expect(tracedCall({ tracer: silentTracer, service: 's', method: 'm', describe }, handler)).toBe(handler);
});
