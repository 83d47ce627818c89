import type { Artifact, JobPermissions, JobRecord, JobRequest } from './job.ts';

/** A job's record in Redis: what can be seen of the job, and what only this room needs to know. */
export interface StoredJob extends JobRecord {
  /** Until the state is final. */
  request?: JobRequest;
  permissions?: JobPermissions;
  /** When it went back to the queue; absent before. */
  queuedAt?: string;
  /** Attempts that ended because the worker closed; they are given again. */
  handedBack: number;
  /** The files that `artifacts` counts. */
  artifactList?: Artifact[];
}

/** Fields of a stored job that a write sets; those that never change are set when it is accepted. */
export type JobFields = Partial<Omit<StoredJob, 'jobId' | 'lastSeq'>>;

type Encoding = 'text' | 'number' | 'json';

const VISIBLE: Record<keyof Omit<JobRecord, 'jobId'>, Encoding> = {
  owner: 'json',
  state: 'text',
  attempts: 'number',
  retries: 'json',
  model: 'text',
  result: 'json',
  error: 'json',
  usage: 'json',
  costUsd: 'number',
  session: 'text',
  cancelOnDisconnect: 'json',
  injected: 'json',
  artifacts: 'json',
  requestId: 'text',
  traceparent: 'text',
  createdAt: 'text',
  startedAt: 'text',
  attemptStartedAt: 'text',
  firstTextAt: 'text',
  finishedAt: 'text',
  lastSeq: 'number',
};

const ENCODINGS: Record<keyof Omit<StoredJob, 'jobId'>, Encoding> = {
  ...VISIBLE,
  request: 'json',
  permissions: 'json',
  queuedAt: 'text',
  handedBack: 'number',
  artifactList: 'json',
};

/** The Redis hash's names of what can be seen of a job. The request may be a thousand times as long as all of them. */
export const VISIBLE_FIELDS = Object.keys(VISIBLE);

/** From fields to a Redis hash's names and values, flat; absent fields are left out. */
export function encodeFields(fields: JobFields): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [name, ENCODINGS[name as keyof JobFields] === 'json' ? JSON.stringify(value) : String(value)];
  });
}

/** From the values of VISIBLE_FIELDS to the job; undefined where there is none. */
export function decodeVisible(jobId: string, values: readonly (string | null)[]): JobRecord | undefined {
  const hash: Record<string, string> = {};
  for (const [index, name] of VISIBLE_FIELDS.entries()) {
    const text = values[index];
    if (typeof text === 'string') hash[name] = text;
  }
  return decode(jobId, hash, VISIBLE) as JobRecord | undefined;
}

/** From a Redis hash to the job; undefined for the empty hash, which is how Redis shows an absent one. */
export function decodeJob(jobId: string, hash: Record<string, string>): StoredJob | undefined {
  return decode(jobId, hash, ENCODINGS) as StoredJob | undefined;
}

function decode(jobId: string, hash: Record<string, string>, encodings: Record<string, Encoding>): unknown {
  if (hash.state === undefined) return undefined;
  const job: Record<string, unknown> = { jobId };
  for (const [name, encoding] of Object.entries(encodings)) {
    const text = hash[name];
    if (text !== undefined) job[name] = decodeValue(text, encoding);
  }
  return job;
}

function decodeValue(text: string, encoding: Encoding): unknown {
  if (encoding === 'json') return JSON.parse(text);
  return encoding === 'number' ? Number(text) : text;
}
