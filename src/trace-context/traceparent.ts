/** Where in a trace something happens: W3C Trace Context (https://www.w3.org/TR/trace-context/), section 3.2. */
export interface TraceContext {
  /** 32 characters of lower-case hex. */
  traceId: string;
  /** The span that what happens is part of; 16 characters of lower-case hex. */
  spanId: string;
  /** Whether the trace is recorded. */
  sampled: boolean;
}

/** Version 00; a later one may have more behind the flags (section 3.2.3), and ff is none. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);
const FLAGS_END = 54;

/** Reads a traceparent header. @returns undefined where there is none, or where it is none */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  const match = header === undefined ? null : TRACEPARENT.exec(header);
  if (match === null) return undefined;
  const [, version, traceId, spanId, flags, rest] = match as unknown as string[];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (traceId === NO_TRACE || spanId === NO_SPAN || (version === '00' && rest !== undefined))
    return undefined;
  return { traceId, spanId, sampled: isOdd(flags) };
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
  return header !== undefined && isOdd(header.charAt(FLAGS_END));
}

/** The lowest bit of the flags (section 3.2.2.5.1). */
function isOdd(hex: string): boolean {
  return (Number.parseInt(hex, 16) & 1) === 1;
}
