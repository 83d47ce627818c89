/** Every answer that is no success: application/problem+json (RFC 9457). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  /** Closed set: see docs/admin.md. */
  code: string;
  /** One short sentence that can be shown. */
  error: string;
  /** What can be done about it. */
  detail: string;
  requestId: string;
  /** Seconds after which another try may work; with 429 and 503. */
  retryAfter?: number;
  /** With 400: what is wrong with which field. */
  errors?: { path: string; message: string }[];
}
