import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { fieldErrors, summary } from './invalid-fields.ts';
import { sendProblem } from './problem.ts';

/** What a request's query says, or the answer that refused it. */
export type ReadQuery<Query> = { kind: 'valid'; query: Query } | { kind: 'refused'; reply: FastifyReply };

/** Reads a request's query; one that is not valid is answered with 400, which names each parameter that is wrong. */
export function readQuery<Schema extends z.ZodType>(
  schema: Schema,
  request: FastifyRequest,
  reply: FastifyReply,
): ReadQuery<z.output<Schema>> {
  const { success, data, error } = schema.safeParse(request.query);
  if (success) return { kind: 'valid', query: data };
  const errors = fieldErrors(error, schema);
  return {
    kind: 'refused',
    reply: sendProblem(reply, 'invalid_request', { detail: summary(errors), errors }),
  };
}
