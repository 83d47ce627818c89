import { createHash, randomUUID } from 'node:crypto';
import type { Config } from '../config/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { RequestInjection } from './injection.ts';
import type { JobOwner, JobPermissions, JobRecord, JobRequest } from './job.ts';
import type { JobIndex } from './job-index.ts';
import type { JobLog } from './job-log.ts';
import { jobLogFields } from './log-fields.ts';
import type { SubmissionMetrics } from './metrics.ts';
import type { FullReason, JobQueue } from './queue/queue.ts';
import { sessionId } from './sessions/place.ts';

/** A request to run a job, checked. */
export interface Submission {
  owner: JobOwner;
  permissions: JobPermissions;
  request: JobRequest;
  requestId: string;
  /** What was added to what the caller sent. */
  injected?: RequestInjection[];
  /** See JobRecord. */
  traceparent?: string;
  /** What makes it the same submission when it is sent again: the client's key, and a digest of what it sent. */
  idempotency?: { key: string; digest: string };
  cancelOnDisconnect?: boolean;
}

export type Acceptance =
  | {
      kind: 'accepted';
      record: JobRecord;
      /** Place among the waiting jobs; undefined when a worker has taken it already. */
      position: number | undefined;
      /** Whether it was accepted before, under the same Idempotency-Key. */
      repeated: boolean;
    }
  /** Another request was accepted under this Idempotency-Key. */
  | { kind: 'other_request' }
  | { kind: FullReason };

export interface AcceptOptions {
  config: Pick<Config, 'jobs'>;
  log: JobLog;
  queue: JobQueue;
  index: JobIndex;
  logger: Logger;
  now(): number;
  metrics: Pick<SubmissionMetrics, 'accepted' | 'refused'>;
}

/** A record whose job never got into the queue, because this process died in between, leaves after this time. */
const UNQUEUED_EXPIRE_MS = 60_000;
/** How long an Idempotency-Key is kept. */
const IDEMPOTENCY_MS = 24 * 3_600_000;
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/**
 * Lets jobs in: writes the record, which expires by itself, then enters the queue in one step that also decides by
 * limits and Idempotency-Key, then keeps the record. Whoever dies in between leaves no job that its caller knows of.
 */
export function createAcceptance(options: AcceptOptions) {
  const { config, log, queue, index, logger, now, metrics } = options;

  async function accept(submission: Submission, goneJobId?: string): Promise<Acceptance> {
    const { owner, request, permissions, injected = [], requestId, traceparent, idempotency } = submission;
    const record: JobRecord = {
      jobId: randomUUID(),
      owner,
      state: 'queued',
      attempts: 0,
      ...(request.session !== undefined && { session: request.session }),
      ...(injected.length > 0 && { injected }),
      ...(submission.cancelOnDisconnect && { cancelOnDisconnect: true }),
      requestId,
      ...(traceparent !== undefined && { traceparent }),
      createdAt: new Date(now()).toISOString(),
      lastSeq: 1,
    };
    const { jobId, lastSeq: _, ...fields } = record;
    await log.write({
      ...writeOf(record),
      fence: 'new',
      expireMs: UNQUEUED_EXPIRE_MS,
      fields: { ...fields, request, permissions, handedBack: 0 },
      events: [{ type: 'status', state: 'queued' }],
    });
    try {
      const entrance = await queue.enter({
        jobId,
        tenant: owner.tenant,
        client: owner.client,
        ...turnOf(owner, config),
        ...(request.session !== undefined && { session: sessionId(owner, request.session) }),
        ...(idempotency && {
          idempotency: {
            ...{ hash: keyHash(owner, idempotency.key), digest: idempotency.digest, ttlMs: IDEMPOTENCY_MS },
            ...(goneJobId !== undefined && { goneJobId }),
          },
        }),
      });
      if (entrance.kind === 'entered') {
        await keep(record);
        metrics.accepted(owner.tier);
        return { kind: 'accepted', record, position: entrance.position, repeated: false };
      }
      await log.remove(jobId);
      if (entrance.kind === 'known') return await known(submission, entrance.jobId, goneJobId);
      if (entrance.kind !== 'other_request') metrics.refused(entrance.kind);
      return entrance;
    } catch (error) {
      // Whether it got into the queue is not known. Without its record nobody runs it.
      await log
        .remove(jobId)
        .catch((err: unknown) => logger.child(jobLogFields(record)).warn({ err }, 'record left over'));
      throw error;
    }
  }

  /** Whoever accepted it first may have died before it kept the record. */
  async function known(submission: Submission, jobId: string, goneJobId?: string): Promise<Acceptance> {
    const record = await log.readVisible(jobId);
    if (record === undefined) {
      if (goneJobId === jobId) throw new TypeError(`Job ${jobId} is gone and was found again`);
      return accept(submission, jobId);
    }
    await keep(record);
    const position = record.state === 'queued' ? await queue.position(jobId) : undefined;
    return { kind: 'accepted', record, position, repeated: true };
  }

  async function keep(record: JobRecord): Promise<void> {
    await index.add(record.owner, { createdAt: Date.parse(record.createdAt), jobId: record.jobId });
    // Refused where a worker has begun already: then it has decided how long the record stays.
    await log.write({ ...writeOf(record), fence: 0, expireMs: 'keep', fields: {}, events: [] });
  }

  return (submission: Submission) => accept(submission);
}

function writeOf(record: JobRecord) {
  return { jobId: record.jobId, attempt: 0, at: new Date(record.createdAt) };
}

/** How an owner's jobs are queued. */
function turnOf({ tier }: JobOwner, { jobs }: Pick<Config, 'jobs'>) {
  const own = Object.hasOwn(jobs.tiers, tier) ? jobs.tiers[tier] : undefined;
  return {
    headStartMs: own?.headStart.ms ?? 0,
    maxWaitMs: jobs.maxWait.ms,
    limits: {
      maxQueued: jobs.maxQueued,
      maxQueuedPerTenant: own?.maxQueuedPerTenant ?? NO_LIMIT,
      maxQueuedPerClient: own?.maxQueuedPerClient ?? NO_LIMIT,
      maxRunningPerTenant: own?.maxRunningPerTenant ?? NO_LIMIT,
      maxRunningPerClient: own?.maxRunningPerClient ?? NO_LIMIT,
    },
  };
}

/** Each client has keys of its own. */
function keyHash({ tenant, client }: JobOwner, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([tenant, client, key]))
    .digest('base64url');
}
