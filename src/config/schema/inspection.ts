import { z } from 'zod';
import { filePath, size } from '../units.ts';

const preset = z
  .enum(['default', 'guide'])
  .describe(
    'what texts are held against. default: the rules that ship and a model; guide: the public guide’s five patterns alone. Your own rules count in both',
  );
const threshold = z.number().min(0).max(1);
const flag = threshold.describe(
  'score from which a text is flagged: it passes, and the metadata `verdict` says flag',
);
const reject = threshold.describe('score from which a text is rejected with 400');
const files = z
  .enum(['off', 'flag', 'reject'])
  .describe(
    'what the contents of a request’s `files` can come to at most; a file of attacks may be what the work is about',
  );
const shadow = z.boolean().describe('log and count what would have been rejected, and let it pass');

const policySchema = z
  .strictObject({
    routes: z.array(z.string()).min(1).optional().describe('the routes it is for; without it all'),
    tiers: z.array(z.string()).min(1).optional().describe('the tiers it is for; without it all'),
    enabled: z.boolean().optional().describe('whether texts are inspected'),
    preset: preset.optional(),
    thresholds: z.strictObject({ flag: flag.optional(), reject: reject.optional() }).prefault({}),
    files: files.optional(),
    shadow: shadow.optional(),
  })
  .describe('what differs for these requests from what is said for all');

export const inspectionSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('whether texts that reach the model are inspected'),
    preset: preset.default('default'),
    thresholds: z.strictObject({ flag: flag.default(0.5), reject: reject.default(0.9) }).prefault({}),
    files: files.default('flag'),
    shadow: shadow.default(false),
    rules: z
      .array(filePath())
      .max(100)
      .default([])
      .describe(
        'files and folders of rules and allowed phrases of your own, followed while authz runs; a set with a mistake is refused as a whole, and the one in force stays',
      ),
    allow: z
      .array(z.string())
      .max(1_000)
      .default([])
      .describe(
        'phrases that are no part of an attack: a text is judged by what else it says. At least 8 characters each; case and white space do not count. Read at the start; phrases that are to change while authz runs stand under `allow` in a file of inspection.rules',
      ),
    policies: z
      .record(
        z
          .string()
          .regex(
            /^(?!default$)[a-z][a-z0-9-]{0,31}$/,
            'expected lower-case letters, digits and dashes, other than default',
          ),
        policySchema,
      )
      .refine((policies) => Object.keys(policies).length <= 50, { error: 'expected at most 50 policies' })
      .default({})
      .describe('other settings for some routes and tiers; the first that a request fits counts'),
    canary: z
      .boolean()
      .default(false)
      .describe(
        'put a marker into each job’s system prompt, and raise prompt_leak where the model writes it',
      ),
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
