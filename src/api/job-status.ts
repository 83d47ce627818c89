import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { isFinal, JOB_FAILURE_CODES, JOB_STATES, type JobRecord } from '../jobs/index.ts';
import { traceIdOf } from '../telemetry/index.ts';
import { changesSchema } from './changes.ts';
import { injectionSchema } from './injection.ts';

const tokens = z.int().min(0);

/** What a caller sees of a job. */
export const jobStatusSchema = z.object({
  jobId: z.string(),
  state: z.enum(JOB_STATES),
  attempts: z.int().describe('attempts begun'),
  position: z.int().optional().describe('place among the waiting jobs, 1 for the next'),
  result: z
    .object({
      text: z.string(),
      structured: z.unknown().optional().describe('what meets output_schema, where the request has one'),
      changes: changesSchema.optional().describe('what was changed in the workspace that the request names'),
    })
    .optional(),
  error: z
    .object({ code: z.enum(JOB_FAILURE_CODES), message: z.string() })
    .optional()
    .describe('why the job did not complete'),
  retries: z
    .array(
      z.object({
        attempt: z.int(),
        code: z.enum(JOB_FAILURE_CODES),
        at: z.iso.datetime(),
        delayMs: z.int().describe('wait before the next attempt'),
      }),
    )
    .optional()
    .describe('why earlier attempts were not the last'),
  session: z.string().optional().describe('the conversation that it belongs to'),
  injected: z
    .array(injectionSchema)
    .optional()
    .describe('what was added to the request, and by what; names and digests, never a text'),
  artifacts: z
    .object({ count: z.int(), bytes: z.int(), url: z.string().describe('where they are listed') })
    .optional()
    .describe('the files that it made, where there are some'),
  model: z.string().optional().describe('what answered; stand-in for the stand-in model'),
  usage: z
    .object({
      input_tokens: tokens,
      output_tokens: tokens,
      cache_read_input_tokens: tokens,
      cache_creation_input_tokens: tokens,
    })
    .optional()
    .describe('of all attempts'),
  costUsd: z.number().optional().describe('of all attempts'),
  traceId: z.string().optional().describe('names its trace in the logs and in the tracing backend'),
  timings: z.object({
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().optional(),
    finishedAt: z.iso.datetime().optional(),
    queuedMs: z.int().describe('from acceptance to the first start'),
    runMs: z.int().describe('from the first start to the end, waits between attempts included'),
    attemptMs: z.int().optional().describe('of the current attempt, or the last'),
    firstTextMs: z
      .int()
      .optional()
      .describe('from acceptance to the first text of the current attempt, or the last'),
  }),
});

export type JobStatus = z.infer<typeof jobStatusSchema>;

/** @param now milliseconds since the epoch, for what is still going on */
export function jobStatus(job: JobRecord, position: number | undefined, now: number): JobStatus {
  const { jobId, state, attempts, result, error, model, usage, costUsd } = job;
  const { retries, session, injected, artifacts } = job;
  const traceId = traceIdOf(job.traceparent);
  const { createdAt, startedAt, attemptStartedAt, firstTextAt, finishedAt } = job;
  const end = finishedAt === undefined ? now : Date.parse(finishedAt);
  const start = startedAt === undefined ? end : Date.parse(startedAt);
  return {
    jobId,
    state,
    attempts,
    ...(position !== undefined && { position }),
    ...(result && { result }),
    ...(error && { error }),
    ...(retries && { retries }),
    ...(session !== undefined && { session }),
    ...(injected && injected.length > 0 && { injected }),
    ...(artifacts && artifacts.count > 0 && { artifacts: { ...artifacts, url: artifactsUrl(jobId) } }),
    ...(model !== undefined && { model }),
    ...(usage && { usage }),
    ...(costUsd !== undefined && { costUsd }),
    ...(traceId !== undefined && { traceId }),
    timings: {
      createdAt,
      ...(startedAt !== undefined && { startedAt }),
      ...(finishedAt !== undefined && { finishedAt }),
      // Two machines' clocks may disagree by a little.
      queuedMs: Math.max(0, start - Date.parse(createdAt)),
      runMs: Math.max(0, end - start),
      ...(attemptStartedAt !== undefined && { attemptMs: Math.max(0, end - Date.parse(attemptStartedAt)) }),
      ...(firstTextAt !== undefined && {
        firstTextMs: Math.max(0, Date.parse(firstTextAt) - Date.parse(createdAt)),
      }),
    },
  };
}

/** Where the files of a job are listed. */
export function artifactsUrl(jobId: string): string {
  return `/claude/jobs/${jobId}/artifacts`;
}

/** Answers 200 with a job; its model in a header too where there is a result, and when to ask again where there is none. */
export function sendJobStatus(reply: FastifyReply, status: JobStatus): FastifyReply {
  if (status.result && status.model !== undefined) reply.header('x-claude-model', status.model);
  if (!isFinal(status.state)) reply.header('retry-after', POLL_AFTER_S);
  return reply.code(200).header('cache-control', 'no-store').send(status);
}

/** Seconds between two looks at a job that goes on; who wants to know sooner waits or streams. */
export const POLL_AFTER_S = 2;
