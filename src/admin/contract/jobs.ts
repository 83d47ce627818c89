export type JobState = 'queued' | 'running' | 'completed' | 'failed' | 'canceled' | 'expired';

/** What is shown of a job in a list; its prompt is never shown. */
export interface JobSummary {
  jobId: string;
  state: JobState;
  tenant: string;
  client: string;
  tier: string;
  keyId: string;
  attempts: number;
  model: string | null;
  error: { code: string; message: string } | null;
  usage: JobUsage | null;
  costUsd: number | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  /** 32 hex digits; null where the request was not traced. */
  traceId: string | null;
  requestId: string;
}

export interface JobUsage {
  input_tokens: number;
  output_tokens: number;
  cache_read_input_tokens: number;
  cache_creation_input_tokens: number;
}

/**
 * `GET /api/jobs?state=queued,running&tenant=&client=&tier=&from=&to=&limit=50&cursor=`, newest first. A filter that is
 * left out filters nothing; from and to are times of acceptance.
 */
export interface JobList {
  jobs: JobSummary[];
  /** For the next page; null at the end. A page may be short, even empty, before it. */
  next: string | null;
}

/** `GET /api/jobs/:id`; 404 `job_not_found`. */
export interface JobDetail {
  job: JobSummary;
  /** Place in the queue, 1 for the next; null where it does not wait for its first worker. */
  position: number | null;
  session: string | null;
  firstTextAt: string | null;
  retries: { attempt: number; code: string; at: string; delayMs: number }[];
  files: { path: string; bytes: number; contentType: string; sha256: string }[];
  /** What was put in by routes, tiers, headers, skills and workspaces: whence, and name or digest. */
  injected: readonly JobInjection[];
  timeline: Timeline;
  /** The trace in the tracing UI; null where there is none. */
  traceUrl: string | null;
  /** What it answered; absent for who may not see what jobs wrote. */
  result?: { text: string; structured?: unknown };
}

/** One thing that was put in: never a text. */
export interface JobInjection {
  /** systemPrefix, template, header, skill or workspace. */
  source: string;
  name: string;
  from?: string;
  field?: string;
  sha256?: string;
  branch?: string;
  commit?: string;
}

/** What a job did when: for a waterfall. */
export interface Timeline {
  spans: TimelineSpan[];
  marks: TimelineMark[];
  /** Marks that are left out, because there are too many. */
  omittedMarks: number;
}

export interface TimelineSpan {
  /** queued: waits for its first worker; delay: waits for another attempt. */
  kind: 'queued' | 'attempt' | 'delay';
  /** 0 for the wait before the first. */
  attempt: number;
  from: string;
  /** null while it goes on. */
  to: string | null;
  /** How it ended: a final state, or why another attempt was needed; null while it goes on. */
  outcome: string | null;
}

export interface TimelineMark {
  seq: number;
  at: string;
  attempt: number;
  kind: 'first_text' | 'tool' | 'artifact' | 'model_answer' | 'prompt_leak' | 'error';
  /** Tool, path of the file, tokens so far, code of the error. */
  label: string;
}

/** `POST /api/jobs/:id/cancel` answers the job as it has ended; one that had ended stays as it is. */
export type CanceledJob = JobSummary;

/**
 * An event of `GET /api/jobs/:id/live` (text/event-stream): `event: job` with a JobSummary where that has changed, and
 * `event: entry` with one of these from the job's start on; `id:` is the sequence, `Last-Event-ID` resumes. It ends
 * with the job; 204 for who has all of one that has ended.
 */
export type JobEntry = { seq: number; at: string; attempt: number } & (
  | { type: 'status'; state: JobState }
  /** text is null for who may not see what jobs wrote. */
  | { type: 'text'; text: string | null; characters: number }
  | { type: 'tool'; name: string; id: string }
  | { type: 'artifact'; path: string; bytes: number; contentType: string }
  | ({ type: 'usage'; costUsd: number } & JobUsage)
  | { type: 'prompt_leak' }
  | { type: 'result'; model: string }
  | { type: 'error'; code: string; message: string }
);
