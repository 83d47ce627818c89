import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import {
  followEvents,
  isFinal,
  type JobEvent,
  type JobEventBody,
  type JobRecord,
  type JobRequest,
  type JobStore,
  JobsError,
} from '../../src/jobs/index.ts';

/** What is tested with the real store. */
const onlyReal = (): Promise<never> => Promise.reject(new TypeError('This store does not have it'));

/** A job store without Redis, in which a test plays the worker. */
export interface MemoryJobStore extends JobStore {
  /** 'away': every call rejects as while Redis is away; 'full': no job is accepted; 'broken': every call throws a bug. */
  mode: 'working' | 'away' | 'full' | 'broken';
  /** The newest job, and what was asked for. */
  newest(): JobRecord & { request: JobRequest };
  /** Changes a job and appends events to its log. */
  play(jobId: string, fields: Partial<JobRecord>, ...events: JobEventBody[]): void;
  forget(jobId: string): void;
  /** Calls that wait. */
  waiting(): number;
}

export function createMemoryJobStore(): MemoryJobStore {
  const jobs = new Map<string, { record: JobRecord; request: JobRequest; events: JobEvent[] }>();
  const bell = new EventEmitter().setMaxListeners(0);

  function working(): void {
    if (store.mode === 'away') throw new JobsError('store_unavailable', 'Redis does not answer');
    if (store.mode === 'broken') throw new TypeError('a secret detail');
  }

  function wait(
    jobId: string,
    reached: (record: JobRecord) => boolean,
    signal: AbortSignal,
  ): Promise<boolean> {
    return new Promise((resolve) => {
      const look = () => {
        if (store.mode === 'away') return;
        const record = jobs.get(jobId)?.record;
        if (record === undefined || reached(record)) end(true);
      };
      const aborted = () => end(false);
      const end = (result: boolean) => {
        bell.off('ring', look);
        signal.removeEventListener('abort', aborted);
        resolve(result);
      };
      bell.on('ring', look);
      signal.addEventListener('abort', aborted);
      if (signal.aborted) aborted();
      else look();
    });
  }

  const store: MemoryJobStore = {
    mode: 'working',
    async accept({ owner, request, requestId, traceparent, injected = [] }) {
      working();
      if (store.mode === 'full') return { kind: 'queue_full' };
      const jobId = randomUUID();
      const createdAt = new Date().toISOString();
      const record: JobRecord = {
        jobId,
        owner,
        state: 'queued',
        attempts: 0,
        ...(injected.length > 0 && { injected }),
        requestId,
        ...(traceparent !== undefined && { traceparent }),
        createdAt,
        lastSeq: 0,
      };
      jobs.set(jobId, { record, request, events: [] });
      store.play(jobId, {}, { type: 'status', state: 'queued' });
      return { kind: 'accepted', record: jobs.get(jobId)?.record ?? record, position: 1, repeated: false };
    },
    outlook: async () => ({ waiting: 0, running: 0, places: 1, durationsMs: [] }),
    async get(jobId) {
      working();
      return jobs.get(jobId)?.record;
    },
    async position(jobId) {
      working();
      return jobs.get(jobId)?.record.state === 'queued' ? 1 : undefined;
    },
    async events(jobId, afterSeq) {
      working();
      return (jobs.get(jobId)?.events ?? []).filter(({ seq }) => seq > afterSeq);
    },
    follow: (jobId, options) =>
      followEvents(
        {
          listen(listener) {
            const ring = () => listener(undefined);
            bell.on('ring', ring);
            return () => bell.off('ring', ring);
          },
          events: (afterSeq) => store.events(jobId, afterSeq),
          eventsAtOnce: Number.POSITIVE_INFINITY,
          async progress() {
            working();
            const record = jobs.get(jobId)?.record;
            return record && { seq: record.lastSeq, state: record.state };
          },
        },
        options,
      ),
    waitForEnd: (jobId, signal) => wait(jobId, ({ state }) => isFinal(state), signal),
    cancel: onlyReal,
    purge: onlyReal,
    depth: onlyReal,
    newestPlaces: onlyReal,
    list: onlyReal,
    artifacts: onlyReal,
    readArtifact: onlyReal,
    expire: onlyReal,
    tellLeftEnds: onlyReal,
    forgetSession: onlyReal,
    stayListening: onlyReal,
    stopListening: onlyReal,
    providerPauseMs: async () => undefined,
    async ping() {
      working();
    },
    async close() {},
    newest() {
      const newest = [...jobs.values()].at(-1);
      if (newest === undefined) throw new Error('There is no job');
      return { ...newest.record, request: newest.request };
    },
    play(jobId, fields, ...events) {
      const job = jobs.get(jobId);
      if (job === undefined) throw new Error(`There is no job ${jobId}`);
      for (const body of events) {
        const seq = job.events.length + 1;
        job.events.push({
          seq,
          at: new Date().toISOString(),
          attempt: fields.attempts ?? job.record.attempts,
          ...body,
        });
      }
      job.record = { ...job.record, ...fields, lastSeq: job.events.length };
      bell.emit('ring');
    },
    forget(jobId) {
      jobs.delete(jobId);
      bell.emit('ring');
    },
    waiting: () => bell.listenerCount('ring'),
  };
  return store;
}
