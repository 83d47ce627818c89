import { z } from 'zod';
import { size } from '../units.ts';

export const inspectionSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('whether prompts, system texts and contexts are inspected'),
    shadow: z
      .boolean()
      .default(false)
      .describe('log and count what inspection would have refused, and let it pass'),
    maxPromptCharacters: z.int().min(1).default(50_000).describe('longer prompts are refused'),
    contentEncodings: z
      .array(z.enum(['gzip', 'deflate', 'br']))
      .default([])
      .describe('content-encodings of bodies that authz and the api undo; any other is refused with 415'),
    maxInflated: size('10MiB')
      .refine(({ bytes }) => bytes >= 2 ** 10 && bytes <= 2 ** 30, { error: 'expected 1KiB to 1GiB' })
      .describe('largest body once its content-encoding is undone; over it 413'),
    maxInflateRatio: z
      .int()
      .min(2)
      .max(2_000)
      .default(100)
      .describe('how many times larger than what was sent a body may become; over it 413'),
  })
  .prefault({});
