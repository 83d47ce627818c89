import type { FastifyReply } from 'fastify';

/** Calls once the answer is over or its caller has left: at once where it had left before, of which no event tells. */
export function onDeparture({ raw }: Pick<FastifyReply, 'raw'>, gone: () => void): void {
  if (raw.closed || raw.destroyed) gone();
  else raw.once('close', gone);
}
