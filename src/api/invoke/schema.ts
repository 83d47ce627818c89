import { z } from 'zod';

/** What the caller gets for an accepted job. */
export const acceptedSchema = z.object({
  jobId: z.string(),
  state: z.enum(['queued', 'running']),
  statusUrl: z.string().describe('where the job can be read'),
  estimatedWait: z.string().describe('such as 30-120 seconds'),
  position: z.int().optional().describe('place among the waiting jobs, 1 for the next'),
});

export type Accepted = z.infer<typeof acceptedSchema>;
