import type { EndedSpan } from './span.ts';
import type { BatchBuilder } from './span-queue.ts';

/** As many as the batch processors of OpenTelemetry's own libraries send at once. */
const MAX_SPANS = 512;

/** Spans as they are, for the exporters of OpenTelemetry's own libraries. */
export function singleSpans(): BatchBuilder<EndedSpan[]> {
  let spans: EndedSpan[] = [];
  return {
    add(span) {
      spans.push(span);
      return spans.length === MAX_SPANS;
    },
    finish() {
      const batch = spans;
      spans = [];
      return batch;
    },
  };
}
