import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { ADMIN_PROBLEMS, type AdminProblemCode } from '../problem.ts';
import type { AdminRoute } from '../route.ts';
import type { AnswerForm } from './operation.ts';

type Json = Record<string, unknown>;

/** Schemas of a type of contract.ts and of all that it consists of, by name, each referring to others below `#/definitions/`. */
export type TypeSchemas = (type: string) => Json;

/** Describes the admin API (OpenAPI 3.1): requests by the schemas that check them, answers by the types of contract.ts. */
export function describeAdminApi(routes: readonly AdminRoute[], schemasOf: TypeSchemas): Json {
  const schemas: Json = {};
  const refer = (type: string): Json => {
    Object.assign(schemas, schemasOf(type));
    return reference(type);
  };
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    const { body } = route.operation;
    if (body !== undefined && route.body !== undefined) schemas[body] = jsonSchema(route.body);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describe(route, refer) };
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Gatehouse admin API',
      version: '1',
      description:
        'What the dashboard stands on: docs/admin.md. With a session, everything but GET needs the header x-gatehouse-admin.',
    },
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'a token of admin.tokenFile or admin.tokens' },
        session: { type: 'apiKey', in: 'cookie', name: 'gatehouse_admin' },
      },
    },
  };
  return JSON.parse(JSON.stringify(document).replaceAll('#/definitions/', '#/components/schemas/'));
}

type Refer = (type: string) => Json;

function describe(route: AdminRoute, refer: Refer): Json {
  const { operation, access, body } = route;
  const parameters = [...parametersOf('path', route.params), ...parametersOf('query', route.query)];
  return {
    operationId: operation.id,
    summary: operation.summary,
    ...(access !== 'open' && access !== 'sign_in' && { security: [{ bearer: [] }, { session: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: operation.body === undefined ? jsonSchema(body) : reference(operation.body),
          },
        },
      },
    }),
    responses: { ...describeAnswers(operation.answers, refer), ...describeProblems(route, refer) },
  };
}

function parametersOf(place: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(schema) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    ...{ name, in: place, required: required.includes(name) },
    ...(description !== undefined && { description }),
    schema: rest,
  }));
}

function describeAnswers(answers: AdminRoute['operation']['answers'], refer: Refer): Json {
  return Object.fromEntries(
    Object.entries(answers).map(([status, form]) => [
      status,
      { description: STATUS_CODES[status], ...contentOf(form, refer) },
    ]),
  );
}

function contentOf(form: AnswerForm, refer: Refer): Json {
  if (form === 'nothing') return {};
  if ('json' in form) return { content: { 'application/json': { schema: refer(form.json) } } };
  const { text, events } = form;
  const told = { schema: { type: 'string' }, ...(events !== undefined && { 'x-events': refer(events) }) };
  return { content: Object.fromEntries(text.map((type) => [type, told])) };
}

/** Several problems may share a status: its description names their codes. */
function describeProblems(route: AdminRoute, refer: Refer): Json {
  const codes = [...new Set([...problemsOfKind(route), ...(route.operation.problems ?? [])])];
  const statuses = new Set(codes.map((code) => ADMIN_PROBLEMS[code].status));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const names = codes.filter((code) => ADMIN_PROBLEMS[code].status === status).join(', ');
      return [
        status,
        {
          description: `${STATUS_CODES[status]}: ${names}`,
          content: { 'application/problem+json': { schema: refer('Problem') } },
        },
      ];
    }),
  );
}

/** What any route of its access, method and body may answer. */
function problemsOfKind({ access, method, body }: AdminRoute): AdminProblemCode[] {
  return [
    'invalid_request',
    ...(access === 'open'
      ? []
      : ([
          ...(['invalid_admin_token', 'other_origin', 'unknown_host', 'too_many_attempts'] as const),
          ...(['internal_error', 'service_unavailable'] as const),
          ...(method === 'GET' ? [] : (['no_guard_header'] as const)),
        ] as const)),
    ...(access === 'operate' || access === 'output' ? (['not_permitted'] as const) : []),
    ...(body === undefined ? [] : (['body_too_large', 'unsupported_media_type'] as const)),
  ];
}

function reference(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

function jsonSchema(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}
