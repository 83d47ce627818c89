import { findJob, jobIdParameter, sendJobNotFound } from '../find-job.ts';
import { artifactsUrl } from '../job-status.ts';
import type { ApiContext, Route } from '../route.ts';
import { artifactListSchema } from './schema.ts';

/** Lists the files that a job's current attempt has made so far, or its last has made. */
export function artifactsRoute(context: ApiContext): Route {
  return {
    method: 'GET',
    path: '/claude/jobs/:jobId/artifacts',
    head: false,
    access: 'asserted',
    operation: {
      id: 'artifacts',
      summary: "List a job's files",
      parameters: [jobIdParameter],
      answers: {
        200: { description: 'The files', schema: { name: 'ArtifactList', schema: artifactListSchema } },
      },
      problems: ['assertion_required', 'job_not_found', 'service_unavailable', 'internal_error'],
    },
    async handle(request, reply) {
      const job = await findJob(context, request, reply);
      const found = job && (await context.store.artifacts(job.jobId));
      if (job === undefined || found === undefined) return sendJobNotFound(reply);
      const { jobId } = job;
      const artifacts = found.list.map((artifact) => ({
        ...artifact,
        url: `${artifactsUrl(jobId)}/${artifact.path.split('/').map(encodeURIComponent).join('/')}`,
      }));
      return reply
        .code(200)
        .header('cache-control', 'no-store')
        .send({ jobId, attempt: found.attempt, artifacts });
    },
  };
}
