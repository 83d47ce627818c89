import type { FastifyReply } from 'fastify';
import { onDeparture } from './departure.ts';

/**
 * What ends a wait on a caller's behalf: the time is up, this process ends it, or the caller has left.
 * @param waitMs undefined for as long as the caller stays
 */
export function waitSignal(
  reply: FastifyReply,
  ending: AbortSignal,
  waitMs: number | undefined,
): AbortSignal {
  const left = new AbortController();
  onDeparture(reply, () => left.abort());
  const signals = [ending, left.signal];
  if (waitMs !== undefined) signals.push(AbortSignal.timeout(waitMs));
  return AbortSignal.any(signals);
}
