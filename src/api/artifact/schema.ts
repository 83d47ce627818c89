import { z } from 'zod';

export const artifactQuerySchema = z.strictObject({
  disposition: z.enum(['inline', 'attachment'], { error: 'expected inline or attachment' }).optional(),
});
