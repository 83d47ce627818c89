import { z } from 'zod';

/** What a credential itself allows of a submission. */
export const permissionsSchema = z
  .strictObject({
    maxTokensPerRequest: z.int().min(1).exactOptional().describe('largest max_tokens of a request'),
    allowedSkills: z.array(z.string().min(1)).exactOptional().describe('skills that a request may name'),
    allowedModels: z.array(z.string().min(1)).exactOptional().describe('models that a request may name'),
  })
  .prefault({});
