import type { FastifyInstance } from 'fastify';
import { RatelimitError } from '../error.ts';
import type { Decide } from './decide.ts';
import { parseJsonRequest } from './json-request.ts';
import { jsonResponse } from './json-response.ts';

export interface HttpRoutesOptions {
  /** @throws RatelimitError where there is no answer */
  shouldRateLimit: Decide;
  /** Whether traffic may come here, by what is configured to count. */
  isHealthy(): boolean;
  /** Called with what had no answer. */
  onError(error: unknown): void;
}

/**
 * What envoyproxy/ratelimit has on its HTTP port: POST /json answers a RateLimitRequest with 200, 429 where it is over a
 * limit, 400 where it is none, 500 where it cannot be answered now; /healthcheck is 200 and OK, or 500.
 */
export function httpRoutes({ shouldRateLimit, isHealthy, onError }: HttpRoutesOptions) {
  return (app: FastifyInstance): void => {
    // Whatever the caller calls its content: envoyproxy/ratelimit does not look.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.post('/json', async ({ body, headers }, reply) => {
      reply.type('text/plain; charset=utf-8');
      const request = Buffer.isBuffer(body) ? parseJsonRequest(body) : undefined;
      if (request === undefined) return reply.code(400).send('Bad Request\n');
      try {
        const requestId = headers['x-request-id'];
        const answer = await shouldRateLimit(request, typeof requestId === 'string' ? requestId : undefined);
        return reply
          .code(answer.overall_code === 'OK' ? 200 : 429)
          .type('application/json')
          .send(jsonResponse(answer));
      } catch (error) {
        onError(error);
        const invalid = error instanceof RatelimitError && error.code === 'invalid_request';
        return invalid
          ? reply.code(400).send('Bad Request\n')
          : reply.code(500).send('Internal Server Error\n');
      }
    });
    app.get('/healthcheck', async (_request, reply) => {
      reply.type('text/plain; charset=utf-8');
      return isHealthy() ? reply.send('OK') : reply.code(500).send();
    });
  };
}
