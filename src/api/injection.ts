import { z } from 'zod';
import type { Injection } from '../jobs/index.ts';

const name = z.string();
const sha256 = z.string().describe('in hex');
const of = <S extends string>(source: S) => z.literal(source);

/** What a caller sees of something that was added to its request. */
export const injectionSchema = z.discriminatedUnion('source', [
  z
    .object({ source: of('systemPrefix'), from: z.enum(['route', 'tier']), name, sha256 })
    .describe("configured text that went before the request's own `system`"),
  z
    .object({
      source: of('template'),
      from: of('route'),
      name,
      field: z.enum(['prompt', 'system']),
      sha256,
    })
    .describe("configured text that the request's own was put into"),
  z
    .object({
      source: of('header'),
      name: z.enum(['X-Repo', 'X-Branch']),
      field: z.enum(['context.repository', 'context.branch']),
    })
    .describe("a header that filled in what the body's context left out"),
  z.object({ source: of('skill'), name, sha256 }).describe('a skill that the request names, as it was given'),
  z
    .object({
      source: of('workspace'),
      name,
      branch: z.string(),
      commit: z.string().describe('its object id'),
    })
    .describe('the copy of a repository that the run worked in'),
]) satisfies z.ZodType<Injection>;
