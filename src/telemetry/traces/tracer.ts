import type { TraceContext } from '../../trace-context/index.ts';
import { epochMs } from './clock.ts';
import type { EndedSpan, Span, SpanAttributes, SpanEnd, SpanStart } from './span.ts';
import { randomSpanId } from './span-id.ts';

/** Begins spans. Costs next to nothing where a trace is not recorded. */
export interface Tracer {
  /**
   * Begins a span.
   * @param parent what it is part of. Where that is not recorded, or there is none, nothing is
   */
  start(name: string, parent: TraceContext | undefined, how?: SpanStart): Span;
}

/** @param record takes each span that has ended; at once, because it may be on the decision path */
export function createTracer(record: (span: EndedSpan) => void): Tracer {
  return {
    start: (name, parent, how) =>
      parent?.sampled ? new RecordedSpan(record, name, parent, how) : unrecorded(parent),
  };
}

/** Records nothing. */
export const silentTracer: Tracer = { start: (_name, parent) => unrecorded(parent) };

const NO_TRACE: Span = { context: undefined, set() {}, end() {} };

/** Passes its parent on, so that a trace which is not recorded still has its id everywhere. */
function unrecorded(parent: TraceContext | undefined): Span {
  return parent === undefined ? NO_TRACE : { ...NO_TRACE, context: parent };
}

class RecordedSpan implements Span {
  readonly context: TraceContext;
  readonly #record: (span: EndedSpan) => void;
  readonly #name: string;
  readonly #parentSpanId: string;
  readonly #how: SpanStart;
  readonly #startMs: number;
  #attributes: SpanAttributes | undefined;
  #isOver = false;

  constructor(
    record: (span: EndedSpan) => void,
    name: string,
    parent: TraceContext,
    how: SpanStart = NO_DETAILS,
  ) {
    this.context = { traceId: parent.traceId, spanId: how.spanId ?? randomSpanId(), sampled: true };
    this.#record = record;
    this.#name = name;
    this.#parentSpanId = parent.spanId;
    this.#how = how;
    this.#startMs = how.startMs ?? epochMs();
    this.#attributes = how.attributes;
  }

  set(attributes: SpanAttributes): void {
    this.#attributes = this.#attributes === undefined ? attributes : { ...this.#attributes, ...attributes };
  }

  end({ error, endMs = epochMs(), common = NO_DETAILS }: SpanEnd = NO_DETAILS): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#record({
      name: this.#name,
      kind: this.#how.kind ?? 'internal',
      context: this.context,
      parentSpanId: this.#parentSpanId,
      startMs: this.#startMs,
      endMs: Math.max(endMs, this.#startMs),
      common,
      attributes: this.#attributes ?? NO_DETAILS,
      links: this.#how.links ?? NO_LINKS,
      error,
    });
  }
}

const NO_DETAILS = {};
const NO_LINKS: readonly TraceContext[] = [];
