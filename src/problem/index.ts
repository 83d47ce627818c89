import { STATUS_CODES } from 'node:http';

/** The media type of every error's body (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json';
/** The header that repeats a problem's code: for the access log, which reads no bodies, and for answers to HEAD. */
export const ERROR_CODE_HEADER = 'x-error-code';

/** What is wrong, always the same for one code. */
export interface ProblemKind {
  /** HTTP status. */
  status: number;
  /** Stable; tells the errors of one status apart. */
  code: string;
  /** One short sentence that a client may show. */
  error: string;
}

/** What is known of one occurrence. */
export interface ProblemOccurrence {
  /** What the caller can do about it. */
  detail: string;
  /** Left out where it is not known. */
  requestId: string | undefined;
  /** Left out where there is no trace. */
  traceId?: string | undefined;
  /** Seconds after which another try may work. */
  retryAfter?: number | undefined;
}

/** An error's body: RFC 9457 problem details, with the members that Gatehouse adds. Made for JSON, where undefined is absent. */
export interface Problem extends ProblemKind, ProblemOccurrence {
  type: 'about:blank';
  title: string;
}

export function problem({ status, code, error }: ProblemKind, occurrence: ProblemOccurrence): Problem {
  const { detail, requestId, traceId, retryAfter } = occurrence;
  // RFC 9457, section 4.2.1: about:blank says that the title is the status's own phrase.
  const title = STATUS_CODES[status] ?? '';
  return { type: 'about:blank', title, status, code, error, detail, requestId, traceId, retryAfter };
}
