import { z } from 'zod';
import { MODEL_NAME_PATTERN } from '../../authz/index.ts';
import { type FileLimits, jobFilesSchema } from './files.ts';
import { outputSchemaSchema } from './output-schema.ts';
import { jobSkillsSchema } from './skills.ts';

/** Of repository and branch names. */
const MAX_NAME_CHARACTERS = 512;
/** Of a context as JSON; it is kept in Redis, with the job, until the job ends. */
const MAX_CONTEXT_BYTES = 64 * 1024;

export interface JobRequestLimits {
  maxPromptCharacters: number;
  /** Longest time that a request may ask for, in seconds. */
  maxTimeoutS: number;
  files: FileLimits;
  /** Names of those that a request may ask for. */
  skills: readonly string[];
}

/** What a caller sends to have a job run. authz has inspected the prompt already; nothing here repeats that. */
export function jobRequestSchema({ maxPromptCharacters, maxTimeoutS, files, skills }: JobRequestLimits) {
  return z.strictObject(
    {
      prompt: z.string().min(1).describe('what Claude Code is asked to do'),
      context: z
        .looseObject({
          repository: z
            .string()
            .max(MAX_NAME_CHARACTERS)
            .optional()
            .describe('a workspace, or what is only told to the run; also the header X-Repo'),
          branch: z
            .string()
            .max(MAX_NAME_CHARACTERS)
            .optional()
            .describe('of the workspace; also the header X-Branch'),
        })
        .refine((context) => Buffer.byteLength(JSON.stringify(context)) <= MAX_CONTEXT_BYTES, {
          error: `expected at most ${MAX_CONTEXT_BYTES / 1024} KiB as JSON`,
        })
        .optional()
        .describe('what the job is about, at most 64 KiB as JSON; the body wins over the headers'),
      system: z.string().max(maxPromptCharacters).optional().describe('added to the system prompt'),
      model: z
        .string()
        .regex(MODEL_NAME_PATTERN, 'expected the name of a model')
        .optional()
        .describe('a model of the provider, or its alias such as sonnet'),
      max_tokens: whole(1, 1_000_000).optional().describe('most output tokens of one model answer'),
      max_turns: whole(1, 1_000).optional().describe('most turns that the run may take'),
      timeout_s: whole(1, maxTimeoutS)
        .optional()
        .describe('longest time that one attempt may take, in seconds'),
      output_schema: outputSchemaSchema()
        .optional()
        .describe('JSON Schema of an object; the result has a `structured` that meets it, or the job fails'),
      session: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'expected letters, digits, dots, dashes and underscores')
        .optional()
        .describe(
          'a conversation of yours that the job continues, or begins; its jobs run one after the other',
        ),
      skills: jobSkillsSchema(skills)
        .optional()
        .describe('names of the skills that the run is given, and no others'),
      files: jobFilesSchema(files).optional().describe('what the job finds in its working folder'),
    },
    { error: 'expected a JSON object' },
  );
}

function whole(min: number, max: number) {
  const error = `expected a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}
