import type { JobRecord } from './job.ts';

/** A job's record with what only this room needs to know. */
export interface StoredJob extends JobRecord {
  /** Attempts that ended because the worker closed; they are given again. */
  handedBack: number;
}

/** Fields of a stored job that a write sets; those that never change are set when it is accepted. */
export type JobFields = Partial<Omit<StoredJob, 'jobId' | 'lastSeq'>>;

type Encoding = 'text' | 'number' | 'json';

const ENCODINGS: Record<keyof JobFields, Encoding> = {
  owner: 'json',
  state: 'text',
  request: 'json',
  attempts: 'number',
  handedBack: 'number',
  model: 'text',
  result: 'json',
  error: 'json',
  usage: 'json',
  costUsd: 'number',
  requestId: 'text',
  createdAt: 'text',
  startedAt: 'text',
  finishedAt: 'text',
};

/** From fields to a Redis hash's names and values, flat; absent fields are left out. */
export function encodeFields(fields: JobFields): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [name, ENCODINGS[name as keyof JobFields] === 'json' ? JSON.stringify(value) : String(value)];
  });
}

/** From a Redis hash to the job; undefined for the empty hash, which is how Redis shows an absent one. */
export function decodeJob(jobId: string, hash: Record<string, string>): StoredJob | undefined {
  if (hash.state === undefined) return undefined;
  const job: Record<string, unknown> = { jobId, lastSeq: Number(hash.lastSeq) };
  for (const [name, encoding] of Object.entries(ENCODINGS)) {
    const text = hash[name];
    if (text !== undefined) job[name] = decode(text, encoding);
  }
  return job as unknown as StoredJob;
}

function decode(text: string, encoding: Encoding): unknown {
  if (encoding === 'json') return JSON.parse(text);
  return encoding === 'number' ? Number(text) : text;
}
