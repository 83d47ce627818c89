import { createTracer, type EndedSpan } from '../../src/telemetry/index.ts';

/** A tracer whose spans a test can look at. */
export function recordedSpans() {
  const spans: EndedSpan[] = [];
  return { spans, tracer: createTracer((span) => spans.push(span)) };
}
