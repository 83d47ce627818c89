import type { TraceContext } from '../../trace-context/index.ts';
import type { SpanAttribute } from '../span-names.ts';

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

export type SpanAttributes = { [Name in SpanAttribute]?: string | number | boolean | string[] | undefined };

/** A span that has ended. Times are milliseconds since the epoch, with fractions. */
export interface EndedSpan {
  name: string;
  kind: SpanKind;
  context: TraceContext;
  parentSpanId: string;
  startMs: number;
  endMs: number;
  /** What it shares with others: the same object for all of them, so that an exporter may write it once and keep that. */
  common: Readonly<SpanAttributes>;
  attributes: SpanAttributes;
  links: readonly TraceContext[];
  /** Why it failed, in one word; undefined where it did not. */
  error: string | undefined;
}

export interface SpanStart {
  /** Absent: internal. */
  kind?: SpanKind;
  attributes?: SpanAttributes;
  links?: readonly TraceContext[];
  /** 16 characters of hex that others know it by beforehand; absent: random ones. */
  spanId?: string | undefined;
  /** When it began; absent: now. */
  startMs?: number | undefined;
}

export interface SpanEnd {
  /** Why it failed, in one word; undefined where it did not. */
  error?: string | undefined;
  /** When it ended; absent: now. */
  endMs?: number | undefined;
  /** Those that all spans have which end so, in an object that is made once and never changed. */
  common?: Readonly<SpanAttributes>;
}

/** Something that goes on. */
export interface Span {
  /** The parent of what is part of it; undefined where there is no trace. */
  readonly context: TraceContext | undefined;
  set(attributes: SpanAttributes): void;
  /** Ends it; what follows does not count. */
  end(how?: SpanEnd): void;
}
