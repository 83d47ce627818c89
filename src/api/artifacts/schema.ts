import { z } from 'zod';

/** The files that a job made. */
export const artifactListSchema = z.object({
  jobId: z.string(),
  attempt: z.int().describe('the attempt that made them'),
  artifacts: z.array(
    z.object({
      path: z.string(),
      bytes: z.int(),
      contentType: z.string(),
      sha256: z.string().describe('of the content, in hex'),
      url: z.string().describe('where it can be read'),
    }),
  ),
});
