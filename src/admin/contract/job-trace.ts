/**
 * `GET /api/jobs/:id/trace`: what its attempts did, as the job's trace has it. A trace that cannot be had is no failure of the
 * request; 404 `job_not_found`.
 */
export interface JobTrace {
  /** none: there is nothing to ask, or no such trace (yet); away: its store does not answer as it should. */
  state: 'read' | 'none' | 'away';
  /** Why it was not read, for people; null where it was. */
  reason: string | null;
  /** By their start. */
  spans: TraceSpan[];
  /** Spans that are left out, because there are too many. */
  omittedSpans: number;
}

/** Something that an attempt did: `chat MODEL`, `execute_tool NAME` and others of docs/traces.md. */
export interface TraceSpan {
  spanId: string;
  attempt: number;
  name: string;
  /** 1 for what the attempt itself did, 2 for what that consisted of. */
  depth: number;
  from: string;
  to: string;
  /** Why it failed, in one word; null where it did not. */
  error: string | null;
  /** Of a model request: tokens that the model read and wrote. */
  tokens: number | null;
}
