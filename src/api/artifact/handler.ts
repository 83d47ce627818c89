import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { findJob, jobIdParameter, sendJobNotFound } from '../find-job.ts';
import { sendProblem } from '../problem.ts';
import { readQuery } from '../query.ts';
import type { ApiContext, Route } from '../route.ts';
import { artifactHeaders } from './headers.ts';
import { requestedRange } from './range.ts';
import { artifactQuerySchema } from './schema.ts';

/** Sends one of the files that a job made, or a range of it. */
export function artifactRoute(context: ApiContext): Route {
  const { store, log } = context;
  return {
    method: 'GET',
    path: '/claude/jobs/:jobId/artifacts/*',
    head: true,
    access: 'asserted',
    operation: {
      id: 'artifact',
      summary: "Read one of a job's files",
      parameters: [
        jobIdParameter,
        { in: 'path', name: 'path', description: 'as the list has it', schema: z.string() },
        {
          in: 'query',
          name: 'disposition',
          description: 'whether browsers show it or save it; without it they show what they cannot run',
          schema: z.enum(['inline', 'attachment']).optional(),
        },
        {
          in: 'header',
          name: 'Range',
          description: 'one range of bytes (RFC 9110)',
          schema: z.string().optional(),
        },
        {
          in: 'header',
          name: 'If-None-Match',
          description: 'the ETag that the client has',
          schema: z.string().optional(),
        },
      ],
      answers: {
        200: { description: 'The file, under its own content type', contentType: '*/*' },
        206: {
          description: 'The range',
          contentType: '*/*',
          headers: { 'Content-Range': 'which bytes, of how many' },
        },
        304: { description: 'The client has it' },
      },
      problems: [
        'invalid_request',
        'assertion_required',
        'job_not_found',
        'artifact_not_found',
        'range_not_satisfiable',
        'service_unavailable',
        'internal_error',
      ],
    },
    async handle(request, reply) {
      const read = readQuery(artifactQuerySchema, request, reply);
      if (read.kind === 'refused') return read.reply;
      const job = await findJob(context, request, reply);
      if (job === undefined) return sendJobNotFound(reply);
      const found = await store.artifacts(job.jobId);
      const { '*': path } = request.params as { '*': string };
      const artifact = found?.list.find((candidate) => candidate.path === path);
      if (found === undefined || artifact === undefined) return sendArtifactNotFound(reply);

      const headers = artifactHeaders(artifact, read.query.disposition);
      const { etag = '' } = headers;
      if (hasIt(request, etag)) return reply.code(304).headers({ etag }).send();
      const range = requestedRange(request.headers, etag, artifact.bytes);
      if (range.kind === 'unsatisfiable') {
        reply.header('content-range', `bytes */${artifact.bytes}`);
        return sendProblem(reply, 'range_not_satisfiable', {
          detail: `The file has ${artifact.bytes} bytes.`,
        });
      }
      const [start, end] = range.kind === 'part' ? [range.start, range.end] : [0, artifact.bytes - 1];
      const content = await store.readArtifact(
        job.jobId,
        found.attempt,
        path,
        range.kind === 'part' ? { start, end } : undefined,
      );
      if (content === undefined) return sendArtifactNotFound(reply);
      content.on('error', (err) => log.of(request).error({ err }, 'file of a job'));
      reply.headers({ ...headers, 'content-length': end - start + 1 });
      if (range.kind === 'part') {
        reply.code(206).header('content-range', `bytes ${start}-${end}/${artifact.bytes}`);
      }
      return reply.send(content);
    },
  };
}

function hasIt(request: FastifyRequest, etag: string): boolean {
  const tags = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags !== undefined && (tags.includes(etag) || tags.includes('*'));
}

function sendArtifactNotFound(reply: FastifyReply): FastifyReply {
  return sendProblem(reply, 'artifact_not_found', {
    detail: 'The job has no such file, or it was removed to make room. The list has those that there are.',
  });
}
