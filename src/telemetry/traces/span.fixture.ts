import type { EndedSpan } from './span.ts';

/** A span that says as little as one can. */
export const SPAN: EndedSpan = {
  ...{
    name: 'a span',
    kind: 'client',
    startMs: 1,
    endMs: 2,
    common: {},
    attributes: {},
    links: [],
    error: undefined,
  },
  context: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true },
  parentSpanId: '00f067aa0ba902b7',
};
