import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BuiltPages } from './built-pages.ts';
import { PAGE_HEADERS } from './headers.ts';

const NOT_BUILT =
  'This page is not built. In a checkout, `make setup` builds it; then start this role again.\n';
const NOT_FOUND = 'There is no such file of this page. Load the page again: it may have been changed.\n';

/**
 * Serves a built page and the places within it, to whoever asks: it holds nothing but itself.
 * @param path where it is, such as `/dashboard`
 * @param pages undefined answers 503 and says how to build it
 */
export function servePages(app: FastifyInstance, path: string, pages: BuiltPages | undefined): void {
  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { '*': file = '' } = request.params as { '*'?: string };
    const answer = pages?.answer(file, request.headers['accept-encoding']);
    reply.headers(PAGE_HEADERS);
    if (answer === undefined) {
      return reply
        .code(pages === undefined ? 503 : 404)
        .headers({ 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' })
        .send(pages === undefined ? NOT_BUILT : NOT_FOUND);
    }
    return reply.code(200).headers(answer.headers).send(answer.body);
  };
  for (const url of [path, `${path}/*`])
    app.route({ method: 'GET', url, exposeHeadRoute: true, handler: serve });
}
