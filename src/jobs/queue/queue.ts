import { bindScript, type Redis, type RedisKeys } from '../../redis/index.ts';
import { usingStore } from '../error.ts';

/** Bounds of the queue, as they are for one job's owner. */
export interface QueueLimits {
  maxQueued: number;
  maxQueuedPerTenant: number;
  maxQueuedPerClient: number;
  maxRunningPerTenant: number;
  maxRunningPerClient: number;
}

export interface QueueEntry {
  jobId: string;
  tenant: string;
  client: string;
  /** A job goes before those that came less than this earlier and have no head start. */
  headStartMs: number;
  /** How long it may wait for its first worker. */
  maxWaitMs: number;
  limits: QueueLimits;
  /** Jobs of one conversation run one after the other. */
  session?: string;
  idempotency?: IdempotencyKey;
}

/** What makes a submission that is sent again the same one. */
export interface IdempotencyKey {
  /** Of tenant, client and what the caller sent as key. */
  hash: string;
  /** Of the request. */
  digest: string;
  ttlMs: number;
  /** A job that was let in under it and is gone: it does not count. */
  goneJobId?: string;
}

export type FullReason = 'queue_full' | 'tenant_full' | 'client_full';

export type Entrance =
  /** position: 1 for the next; undefined where it does not wait any more. */
  | { kind: 'entered'; position: number | undefined }
  /** The same request was let in under this idempotency key, as another job. */
  | { kind: 'known'; jobId: string }
  /** Another request was. */
  | { kind: 'other_request' }
  | { kind: FullReason };

/** A job that was leased to a worker. */
export interface Lease {
  jobId: string;
  token: string;
}

export interface Taking {
  /** Undefined where there is nothing to do. */
  jobId: string | undefined;
  /** When there may be more, though nobody announces it; undefined for never. */
  nextInMs: number | undefined;
  /** Jobs whose worker is gone; they wait again. */
  overdue: string[];
}

/** What an estimate is made from. */
export interface QueueOutlook {
  waiting: number;
  running: number;
  /** Jobs that all living workers run at once. */
  places: number;
  /** Milliseconds that the jobs took that completed last, newest first. */
  durationsMs: number[];
}

/** A process that runs jobs. */
export interface QueueWorker {
  name: string;
  /** Jobs that it runs at once. */
  places: number;
}

/** How full the queue is, and who works on it. */
export interface QueueDepth {
  waiting: number;
  /** Jobs that wait until they may be tried again. */
  delayed: number;
  running: number;
  /** Those that live. */
  workers: QueueWorker[];
  /** The job that has waited longest for its first worker; undefined without one. */
  oldestWaiting: string | undefined;
}

/**
 * The jobs that wait, are delayed, or have a worker. It knows ids and owners; everything else is in the records. Our
 * own, because what it is for is in no library at hand: running caps of tenants and clients, and an order that ages.
 */
export interface JobQueue {
  enter(entry: QueueEntry): Promise<Entrance>;
  take(token: string, leaseMs: number): Promise<Taking>;
  /**
   * Prolongs leases, and says that a worker lives.
   * @param worker its name, without spaces
   * @returns jobs whose lease is lost
   */
  renew(worker: string, places: number, leaseMs: number, leases: readonly Lease[]): Promise<string[]>;
  /** Ends a lease for good. @param durationMs that the job took, where it completed */
  finish(lease: Lease, durationMs?: number): Promise<void>;
  /** Ends a lease, and the job waits again; at the place that it had. False where the lease was lost. */
  putBack(lease: Lease, delayMs: number): Promise<boolean>;
  /** Takes a job out that no worker has. */
  remove(jobId: string): Promise<void>;
  /** Place among the waiting jobs, 1 for the next; undefined for one that runs, is done, or waits for another attempt. */
  position(jobId: string): Promise<number | undefined>;
  /** Whether a job of this conversation has begun and not ended. */
  holdsSession(session: string): Promise<boolean>;
  /** Jobs that have waited too long for their first worker; some of them. */
  expired(): Promise<string[]>;
  outlook(): Promise<QueueOutlook>;
  depth(): Promise<QueueDepth>;
  /** The channel that announces that there may be work. */
  channel: string;
}

const EXPIRED_AT_ONCE = 100;

export function openQueue(redis: Redis, keys: RedisKeys): JobQueue {
  const { waiting, delayed, leases, entries, holders, counts } = keys.queue;
  const { deadlines, workers, durations, sessions, fronts, ready } = keys.queue;
  const all = [
    ...[waiting, delayed, leases, entries, holders, counts],
    ...[deadlines, workers, durations, sessions, fronts, ready],
  ];
  const bind = (name: string) =>
    bindScript(
      redis,
      ['./entries.lua', `./${name}.lua`].map((file) => new URL(file, import.meta.url)),
    );
  const [enqueue, take, renew, leave, remove] = ['enqueue', 'take', 'renew', 'leave', 'remove'].map(bind) as [
    ...[ReturnType<typeof bind>, ReturnType<typeof bind>, ReturnType<typeof bind>],
    ...[ReturnType<typeof bind>, ReturnType<typeof bind>],
  ];

  return {
    channel: waiting,
    enter: ({ jobId, tenant, client, headStartMs, maxWaitMs, limits, session, idempotency }) =>
      usingStore(async () => {
        const { maxQueued, maxQueuedPerTenant, maxQueuedPerClient } = limits;
        const answer = (await enqueue(
          [...all, idempotency === undefined ? waiting : keys.idempotency(idempotency.hash)],
          [
            ...[jobId, tenant, client, headStartMs, maxWaitMs],
            ...[maxQueued, maxQueuedPerTenant, maxQueuedPerClient],
            ...[limits.maxRunningPerTenant, limits.maxRunningPerClient],
            ...[idempotency?.digest ?? '', idempotency?.ttlMs ?? 0, idempotency?.goneJobId ?? ''],
            session ?? '',
          ],
        )) as ['ok', number] | ['known', string] | ['other_request' | FullReason];
        if (answer[0] === 'ok') return { kind: 'entered', position: answer[1] === 0 ? undefined : answer[1] };
        return answer[0] === 'known' ? { kind: 'known', jobId: answer[1] } : { kind: answer[0] };
      }),
    take: (token, leaseMs) =>
      usingStore(async () => {
        const [jobId, waitMs, ...overdue] = (await take(all, [token, leaseMs])) as [
          string,
          number,
          ...string[],
        ];
        return {
          jobId: jobId === '' ? undefined : jobId,
          nextInMs: waitMs < 0 ? undefined : waitMs,
          overdue,
        };
      }),
    renew: (worker, places, leaseMs, held) =>
      usingStore(async () => {
        const pairs = held.flatMap(({ jobId, token }) => [jobId, token]);
        return (await renew(all, [`${worker} ${places}`, leaseMs, ...pairs])) as string[];
      }),
    finish: ({ jobId, token }, durationMs) =>
      usingStore(async () => {
        await leave(all, [jobId, token, 'done', durationMs === undefined ? '' : Math.round(durationMs)]);
      }),
    putBack: ({ jobId, token }, delayMs) =>
      usingStore(async () => (await leave(all, [jobId, token, Math.ceil(delayMs), ''])) === 1),
    remove: (jobId) =>
      usingStore(async () => {
        await remove(all, [jobId]);
      }),
    position: (jobId) =>
      usingStore(async () => {
        const rank = await redis.zrank(waiting, jobId);
        return rank === null ? undefined : rank + 1;
      }),
    holdsSession: (session) => usingStore(async () => (await redis.hexists(sessions, session)) === 1),
    expired: () =>
      usingStore(async () => {
        const [seconds] = await redis.time();
        return redis.zrangebyscore(deadlines, '-inf', Number(seconds) * 1000, 'LIMIT', 0, EXPIRED_AT_ONCE);
      }),
    outlook: () =>
      usingStore(async () => {
        const [queued, running, living, took] = await Promise.all([
          redis.zcard(waiting),
          redis.zcard(leases),
          redis.zrange(workers, '0', '-1'),
          redis.lrange(durations, 0, -1),
        ]);
        const places = living.reduce((sum, text) => sum + workerOf(text).places, 0);
        return { waiting: queued, running, places, durationsMs: took.map(Number) };
      }),
    depth: () =>
      usingStore(async () => {
        const [seconds] = await redis.time();
        const [queued, later, running, living, oldest] = await Promise.all([
          redis.zcard(waiting),
          redis.zcard(delayed),
          redis.zcard(leases),
          // Those that died are taken out by those that live: where none does, they are still there.
          redis.zrangebyscore(workers, Number(seconds) * 1000, '+inf'),
          redis.zrange(deadlines, '0', '0'),
        ]);
        return {
          ...{ waiting: queued, delayed: later, running },
          workers: living.map(workerOf),
          oldestWaiting: oldest[0],
        };
      }),
  };
}

/** @param text '<name> <jobs at once>' */
function workerOf(text: string): QueueWorker {
  const [name = '', places] = text.split(' ');
  return { name, places: Number(places) };
}
