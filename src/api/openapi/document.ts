import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { PROBLEM_TYPE } from '../../problem/index.ts';
import { PROBLEMS, type ProblemCode, problemSchema } from '../problem.ts';
import type { Answer, Operation, Route } from '../route.ts';

type Json = Record<string, unknown>;

/** Describes the API (OpenAPI 3.1) from the same schemas that check requests. */
export function openApiDocument(routes: readonly Route[]): Json {
  const schemas: Json = { Problem: jsonSchema(problemSchema, 'output') };
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}').replace('*', '{path}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describe(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Claude Code API',
      version: '1',
      description: 'Runs Claude Code headless: submit a prompt, then read, await or follow its job.',
    },
    paths,
    components: {
      schemas,
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        bearer: { type: 'http', scheme: 'bearer', description: 'the same API key' },
      },
    },
  };
}

function describe({ operation, access }: Route, schemas: Json): Json {
  const { id, summary, parameters, body, answers, problems } = operation;
  if (body) schemas[body.name] = jsonSchema(body.schema, 'input');
  return {
    operationId: id,
    summary,
    ...(access === 'asserted' && { security: [{ apiKey: [] }, { bearer: [] }] }),
    ...(parameters && {
      parameters: parameters.map(({ schema, ...parameter }) => ({
        ...parameter,
        required: parameter.in === 'path',
        schema: jsonSchema(schema, 'input'),
      })),
    }),
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: reference(body.name) } } },
    }),
    responses: { ...describeAnswers(answers, schemas), ...describeProblems(problems) },
  };
}

function describeAnswers(answers: Operation['answers'], schemas: Json): Json {
  return Object.fromEntries(
    Object.entries(answers).map(
      ([status, { description, schema, contentType, headers }]: [string, Answer]) => {
        if (schema) schemas[schema.name] = jsonSchema(schema.schema, 'output');
        const content = schema ? { schema: reference(schema.name) } : { schema: { type: 'string' } };
        return [
          status,
          {
            description,
            ...(headers && {
              headers: Object.fromEntries(
                Object.entries(headers).map(([name, meaning]) => [
                  name,
                  { description: meaning, schema: { type: 'string' } },
                ]),
              ),
            }),
            ...((schema || contentType) && { content: { [contentType ?? 'application/json']: content } }),
          },
        ];
      },
    ),
  );
}

/** Several problems may share a status: its description names their codes. */
function describeProblems(codes: readonly ProblemCode[]): Json {
  const statuses = new Set(codes.map((code) => PROBLEMS[code].status));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const names = codes.filter((code) => PROBLEMS[code].status === status).join(', ');
      return [
        status,
        {
          description: `${STATUS_CODES[status]}: ${names}`,
          content: { [PROBLEM_TYPE]: { schema: reference('Problem') } },
        },
      ];
    }),
  );
}

function reference(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
