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

/** Characters of version 00, which has nothing behind the flags. */
export const TRACEPARENT_LENGTH = FLAGS_END;

const DASH = 0x2d;
const NO_DIGIT = 0x10;
/** By its code, what a digit of lower-case hex says. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(code));
  return digit < 0 ? NO_DIGIT : digit;
});

/** Reads a traceparent header. @returns undefined where there is none, or where it is none */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  if (header === undefined || !isTraceparent(header)) return undefined;
  return {
    traceId: header.slice(TRACE_START, TRACE_END),
    spanId: header.slice(SPAN_START, SPAN_END),
    sampled: isSampled(header),
  };
}

/** Written out, because a regular expression takes three times as long, a tenth of what a span costs. */
function isTraceparent(header: string): boolean {
  return (
    isVersion(header) &&
    header.charCodeAt(TRACE_START - 1) === DASH &&
    isId(header, TRACE_START, TRACE_END) &&
    header.charCodeAt(SPAN_START - 1) === DASH &&
    isId(header, SPAN_START, SPAN_END) &&
    header.charCodeAt(FLAGS_START - 1) === DASH &&
    bitsOfHex(header, FLAGS_START, FLAGS_END) !== undefined
  );
}

/** ff is no version, 00 ends with the flags, and a later one may have more behind them (section 3.2.3). */
function isVersion(header: string): boolean {
  if (bitsOfHex(header, 0, VERSION_END) === undefined || header.startsWith('ff')) return false;
  if (header.length === FLAGS_END) return true;
  return !header.startsWith('00') && header.charCodeAt(FLAGS_END) === DASH;
}

/** One of zeros alone is none (sections 3.2.2.3, 3.2.2.4). */
function isId(header: string, start: number, end: number): boolean {
  return (bitsOfHex(header, start, end) ?? 0) !== 0;
}

/** @returns the bits of all digits together; undefined where one is no lower-case hex */
function bitsOfHex(header: string, start: number, end: number): number | undefined {
  let bits = 0;
  // Without a branch on what a digit is, which no processor foresees.
  for (let at = start; at < end; at += 1) bits |= DIGITS[header.charCodeAt(at)] ?? NO_DIGIT;
  return bits < NO_DIGIT ? bits : undefined;
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
  return header !== undefined && isSampledFlags(header.charCodeAt(FLAGS_END - 1));
}

/** The same of the character that the flags end with: the lowest bit of them (section 3.2.2.5.1). */
export function isSampledFlags(lastCharacter: number): boolean {
  const digit = DIGITS[lastCharacter] ?? NO_DIGIT;
  return digit !== NO_DIGIT && (digit & 1) === 1;
}
