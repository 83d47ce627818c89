import type { FastifyRequest } from 'fastify';
import { parseTraceparent } from '../telemetry/index.ts';

/** The traceparent that Envoy gave a request; undefined where there is none, or where it is none. */
export function traceparentOf({ headers }: FastifyRequest): string | undefined {
  const { traceparent } = headers;
  return typeof traceparent === 'string' && parseTraceparent(traceparent) ? traceparent : undefined;
}
