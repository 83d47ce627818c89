import { z } from 'zod';

export const inspectionSchema = z
  .strictObject({
    maxPromptCharacters: z.int().min(1).default(50_000).describe('longer prompts are refused'),
  })
  .prefault({});
