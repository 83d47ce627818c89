import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { type JobRecord, JobsError } from '../jobs/index.ts';
import { onDeparture } from './departure.ts';
import type { ApiContext } from './route.ts';

/** How often a listener says that it is there, and how long it is believed. */
const STAY_EVERY_MS = 15_000;
const STAY_MS = 3 * STAY_EVERY_MS;
/** A client that lost its connection comes back within this time, or has left. */
const GRACE_MS = 5_000;

/**
 * Ends a job once the last listener to it has left for good, where its submission asked for that. A listener that is
 * sent away because this process closes has not left: another process is where it comes back, or the job goes on.
 */
export function cancelOnDisconnect(
  { store, log, draining }: Pick<ApiContext, 'store' | 'log' | 'draining'>,
  reply: FastifyReply,
  { jobId, cancelOnDisconnect }: JobRecord,
): void {
  if (cancelOnDisconnect !== true) return;
  const listener = randomUUID();
  const { request } = reply;
  const failed = (error: unknown) => {
    // Without Redis nobody can tell who listens: the job goes on.
    if (!(error instanceof JobsError)) log.of(request).error({ err: error }, 'listener of a job');
  };
  const stay = () => void store.stayListening(jobId, listener, STAY_MS).catch(failed);
  const staying = setInterval(stay, STAY_EVERY_MS);
  stay();

  async function leave(): Promise<void> {
    clearInterval(staying);
    if (draining.aborted || (await store.stopListening(jobId, listener)) > 0) return;
    setTimeout(() => void cancelIfAlone().catch(failed), GRACE_MS).unref();
  }
  async function cancelIfAlone(): Promise<void> {
    if (draining.aborted || (await store.stopListening(jobId, listener)) > 0) return;
    const job = await store.cancel(jobId);
    if (job?.state === 'canceled')
      log.of(request).info({ code: 'canceled' }, 'job canceled, as nobody listens any more');
  }
  onDeparture(reply, () => void leave().catch(failed));
}
