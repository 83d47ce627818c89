import { randomUUID } from 'node:crypto';
import { bindScript, type Redis, type RedisKeys } from '../redis/index.ts';
import { usingStore } from './error.ts';
import type { JobEvent, JobEventBody } from './event.ts';
import type { Artifact, JobRecord, JobState } from './job.ts';
import {
  decodeJob,
  decodeVisible,
  encodeFields,
  type JobFields,
  type StoredJob,
  VISIBLE_FIELDS,
} from './record.ts';

/** What happens to a job in one step: its record and its events change together. */
export interface JobChange {
  fields: JobFields;
  events: readonly JobEventBody[];
}

export interface JobWrite extends JobChange {
  jobId: string;
  /** The attempt that must be the current one for the write to count; 'new' for a job that must not exist yet. */
  fence: number | 'new';
  /** The attempt that the events belong to. */
  attempt: number;
  at: Date;
  /** How long record and events stay; 'keep' while the job is going on. */
  expireMs: number | 'keep';
}

export type WriteRefusal = 'exists' | 'missing' | 'final' | 'superseded';

/** How far a job is. */
export interface JobProgress {
  seq: number;
  state: JobState;
}

/** The files of a job's current attempt. */
export interface JobArtifacts {
  attempt: number;
  list: Artifact[];
}

/** Reads and writes jobs' records and event logs. */
export interface JobLog {
  write(write: JobWrite): Promise<'ok' | WriteRefusal>;
  /** All of the record, for who runs the job. */
  read(jobId: string): Promise<StoredJob | undefined>;
  /** What can be seen of the job. */
  readVisible(jobId: string): Promise<JobRecord | undefined>;
  progress(jobId: string): Promise<JobProgress | undefined>;
  /** At most `limit` events that follow `afterSeq`, oldest first. */
  events(jobId: string, afterSeq: number, limit: number): Promise<JobEvent[]>;
  /** Adds what an attempt had used when its job was canceled. */
  addLateUsage(jobId: string, attempt: number, spent: Pick<JobFields, 'usage' | 'costUsd'>): Promise<void>;
  /** What the job's record says of its files; undefined where there is no job. */
  artifacts(jobId: string): Promise<JobArtifacts | undefined>;
  remove(jobId: string): Promise<void>;
}

/** Every function rejects with JobsError store_unavailable while Redis is away, or waits, as the connection does. */
export function createJobLog(redis: Redis, keys: RedisKeys): JobLog {
  const script = bindScript(redis, new URL('./write-job.lua', import.meta.url));
  const lateUsage = bindScript(redis, new URL('./add-late-usage.lua', import.meta.url));
  const both = (jobId: string) => [keys.job(jobId), keys.jobEvents(jobId)];
  return {
    write: (write) =>
      usingStore(async () => {
        const fields = encodeFields(write.fields);
        const answer = (await script(both(write.jobId), [
          randomUUID(),
          write.fence === 'new' ? '' : write.fence,
          write.attempt,
          write.at.toISOString(),
          write.expireMs === 'keep' ? '' : write.expireMs,
          fields.length / 2,
          ...fields,
          ...write.events.map((event) => JSON.stringify(event)),
        ])) as ['ok' | WriteRefusal, number];
        return answer[0];
      }),
    read: (jobId) => usingStore(async () => decodeJob(jobId, await redis.hgetall(keys.job(jobId)))),
    readVisible: (jobId) =>
      usingStore(async () => decodeVisible(jobId, await redis.hmget(keys.job(jobId), ...VISIBLE_FIELDS))),
    progress: (jobId) =>
      usingStore(async () => {
        const [seq, state] = await redis.hmget(keys.job(jobId), 'lastSeq', 'state');
        return state ? { seq: Number(seq), state: state as JobState } : undefined;
      }),
    events: (jobId, afterSeq, limit) =>
      usingStore(async () => {
        const from = `${afterSeq + 1}-0`;
        const entries = await redis.xrange(keys.jobEvents(jobId), from, '+', 'COUNT', limit);
        return entries.map(([id, fields]) => decodeEvent(id, fields));
      }),
    addLateUsage: (jobId, attempt, spent) =>
      usingStore(async () => {
        const fields = encodeFields(spent);
        if (fields.length > 0) await lateUsage([keys.job(jobId)], [attempt, ...fields]);
      }),
    artifacts: (jobId) =>
      usingStore(async () => {
        const [attempts, list] = await redis.hmget(keys.job(jobId), 'attempts', 'artifactList');
        if (!attempts) return undefined;
        return { attempt: Number(attempts), list: list ? (JSON.parse(list) as Artifact[]) : [] };
      }),
    remove: (jobId) =>
      usingStore(async () => {
        await redis.del(...both(jobId));
      }),
  };
}

/** @param fields names and values in the order that the script writes them */
function decodeEvent(id: string, fields: string[]): JobEvent {
  const [, at, , attempt, , body] = fields as [string, string, string, string, string, string];
  return {
    seq: Number.parseInt(id, 10),
    at,
    attempt: Number(attempt),
    ...(JSON.parse(body) as JobEventBody),
  };
}
