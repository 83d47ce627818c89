import { z } from 'zod';
import { MAX_WAIT_S } from '../prefer.ts';

const error = `expected a whole number of seconds from 0 to ${MAX_WAIT_S}`;

export const waitSchema = z
  .string()
  .regex(/^\d{1,2}$/, error)
  .transform(Number)
  .refine((seconds) => seconds <= MAX_WAIT_S, error);

export const statusQuerySchema = z.strictObject({ wait: waitSchema.optional() });
