import type { FastifyReply, FastifyRequest } from 'fastify';
import { ERROR_CODE_HEADER, PROBLEM_TYPE } from '../problem/index.ts';
import { callerOf } from './caller.ts';
import { onDeparture } from './departure.ts';
import type { ApiContext } from './route.ts';

/**
 * Takes a place among the streams that the caller may have open, for as long as the answer lasts.
 * @returns whether it has one; where it has none the refusal is sent
 * @throws RatelimitError store_unavailable where it cannot be decided now
 */
export async function takeStreamPlace(
  { streams }: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const place = await streams.take(callerOf(request));
  if (place.kind === 'limited') {
    reply
      .code(429)
      .header('retry-after', place.retryAfterS)
      .header(ERROR_CODE_HEADER, 'rate_limited')
      .type(PROBLEM_TYPE)
      .send(Buffer.from(JSON.stringify({ ...JSON.parse(String(place.problem)), requestId: request.id })));
    return false;
  }
  onDeparture(reply, place.release);
  return true;
}
