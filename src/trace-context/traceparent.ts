/** Where in a trace something happens: W3C Trace Context (https://www.w3.org/TR/trace-context/), section 3.2. */
export interface TraceContext {
  /** 32 characters of lower-case hex. */
  traceId: string;
  /** The span that what happens is part of; 16 characters of lower-case hex. */
  spanId: string;
  /** Whether the trace is recorded. */
  sampled: boolean;
}

// Where the fields of version 00 lie: `00-TRACE_ID-SPAN_ID-FLAGS`.
const TRACE_START = 3;
const TRACE_END = 35;
const SPAN_START = 36;
const SPAN_END = 52;
const FLAGS_END = 55;

/**
 * One of zeros alone is no id (sections 3.2.2.3, 3.2.2.4), ff is no version, and a later one than 00 may have more behind
 * the flags (section 3.2.3).
 */
const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|(?<!^00.{53})-)/;

const ZERO = 0x30;
const NINE = 0x39;
const LOWER_A = 0x61;
const LOWER_F = 0x66;

/** Reads a traceparent header. @returns undefined where there is none, or where it is none */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  if (header === undefined || !TRACEPARENT.test(header)) return undefined;
  return {
    traceId: header.slice(TRACE_START, TRACE_END),
    spanId: header.slice(SPAN_START, SPAN_END),
    sampled: isSampled(header),
  };
}

/** The inverse of parseTraceparent. */
export function formatTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

/** The trace's id alone, for logs and answers. */
export function traceIdOf(header: string | undefined): string | undefined {
  return parseTraceparent(header)?.traceId;
}

/**
 * Whether a trace is recorded, by one character: what is asked with every call on the decision path. Only where it says
 * yes the header is worth parsing.
 */
export function isSampled(header: string | undefined): header is string {
  // The lowest bit of the flags (section 3.2.2.5.1).
  return header !== undefined && (hexDigit(header.charCodeAt(FLAGS_END - 1)) & 1) === 1;
}

/** @returns 0 to 15; 0 where it is none */
function hexDigit(code: number): number {
  if (code >= ZERO && code <= NINE) return code - ZERO;
  if (code >= LOWER_A && code <= LOWER_F) return code - LOWER_A + 10;
  return 0;
}
