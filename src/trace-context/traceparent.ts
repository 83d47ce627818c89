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
const VERSION_END = 2;
const TRACE_START = 3;
const TRACE_END = 35;
const SPAN_START = 36;
const SPAN_END = 52;
const FLAGS_START = 53;
const FLAGS_END = 55;

const DASH = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_A = 0x61;
const LOWER_F = 0x66;

/** Reads a traceparent header. @returns undefined where there is none, or where it is none */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  if (header === undefined || !isTraceparent(header)) return undefined;
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

/** A later version may have more behind the flags (section 3.2.3), and ff is none. */
function isTraceparent(header: string): boolean {
  if (header.charCodeAt(VERSION_END) !== DASH || header.charCodeAt(TRACE_END) !== DASH) return false;
  if (header.charCodeAt(SPAN_END) !== DASH) return false;
  if (!isHex(header, 0, VERSION_END) || header.startsWith('ff')) return false;
  if (!isId(header, TRACE_START, TRACE_END) || !isId(header, SPAN_START, SPAN_END)) return false;
  if (!isHex(header, FLAGS_START, FLAGS_END)) return false;
  if (header.length === FLAGS_END) return true;
  return !header.startsWith('00') && header.charCodeAt(FLAGS_END) === DASH;
}

/** One of zeros alone is none (sections 3.2.2.3, 3.2.2.4). */
function isId(text: string, start: number, end: number): boolean {
  let isZero = true;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (hexDigit(code) < 0) return false;
    if (code !== ZERO) isZero = false;
  }
  return !isZero;
}

function isHex(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (hexDigit(text.charCodeAt(at)) < 0) return false;
  return true;
}

/** @returns 0 to 15; an even number below 0 where it is none */
function hexDigit(code: number): number {
  if (code >= ZERO && code <= NINE) return code - ZERO;
  if (code >= LOWER_A && code <= LOWER_F) return code - LOWER_A + 10;
  return -2;
}
