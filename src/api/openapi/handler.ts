import { z } from 'zod';
import type { Route } from '../route.ts';
import { openApiDocument } from './document.ts';

/** The API's description, made once. @param others every route but this one */
export function openApiRoute(others: readonly Route[]): Route {
  const route: Route = {
    method: 'GET',
    path: '/openapi.json',
    head: true,
    access: 'open',
    operation: {
      id: 'openapi',
      summary: 'This description',
      answers: {
        200: {
          description: 'OpenAPI 3.1',
          schema: { name: 'OpenApi', schema: z.record(z.string(), z.unknown()) },
        },
      },
      problems: [],
    },
    async handle(_request, reply) {
      return reply.code(200).type('application/json').header('cache-control', 'max-age=300').send(text);
    },
  };
  const text = JSON.stringify(openApiDocument([...others, route]));
  return route;
}
