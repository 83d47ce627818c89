import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Parameter } from './route.ts';

const MAX_CHARACTERS = 255;

export const idempotencyKeyParameter: Parameter = {
  in: 'header',
  name: 'Idempotency-Key',
  description:
    'a submission that is sent again with the same key and body is the same job; a key is kept for 24 hours',
  schema: z.string().min(1).max(MAX_CHARACTERS).optional(),
};

/** What is wrong with a key, for its sender. */
export const IDEMPOTENCY_KEY_EXPECTED = `expected 1 to ${MAX_CHARACTERS} visible ASCII characters`;

/** The request's Idempotency-Key; undefined where it has none, null where it has none that can be one. */
export function idempotencyKeyOf({ headers }: FastifyRequest): string | undefined | null {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  return typeof key === 'string' && key.length <= MAX_CHARACTERS && /^[\x21-\x7e]+$/.test(key) ? key : null;
}
