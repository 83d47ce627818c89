import { z } from 'zod';

const error = 'expected true or false';

export const cancelQuerySchema = z.strictObject({
  purge: z
    .enum(['true', 'false'], { error })
    .transform((text) => text === 'true')
    .optional(),
});
