import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { type AdminOptions, createAdmin, tokenCheck } from '../../src/admin/index.ts';
import { type LogLine, recordingLogger } from './recording-logger.ts';

export const ADMIN_TOKEN = 'a-token-for-tests-of-32-characters';

type Context = AdminOptions['context'];

/** What a test needs of the parts behind the routes; anything else that is called is a mistake. */
export interface AdminParts {
  limits?: Partial<Context['limits']>;
  audit?: Partial<Context['audit']>;
  logLevels?: Partial<Context['logLevels']>;
  isReady?: Context['isReady'];
}

export interface AdminCall {
  method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** An object is sent as JSON; a string as it is. */
  body?: object | string;
  headers?: Record<string, string>;
  /** Without it the right one; null for none. */
  token?: string | null;
}

export interface AdminAnswer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
  json(): Record<string, unknown>;
}

export interface TestAdmin {
  app: FastifyInstance;
  lines: LogLine[];
  call(path: string, call?: AdminCall): Promise<AdminAnswer>;
}

/** The real admin API before parts that answer as a test wants. */
export function startTestAdmin({ isReady = async () => true, ...parts }: AdminParts = {}): TestAdmin {
  const { logger, lines } = recordingLogger();
  const context = { ...parts, isReady } as Context;
  const app = createAdmin({ context, hasToken: tokenCheck(ADMIN_TOKEN), logger });
  return {
    app,
    lines,
    async call(path, { method = 'GET', body, headers, token = ADMIN_TOKEN } = {}) {
      const answer = await app.inject({
        method,
        url: path,
        headers: {
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const { statusCode: status, body: text } = answer;
      return { status, headers: answer.headers, text, json: () => JSON.parse(text) };
    },
  };
}

/** Checks that an answer is a whole problem+json of this status and code, and gives its body. */
export function expectAdminProblem(
  answer: AdminAnswer,
  status: number,
  code: string,
): Record<string, unknown> {
  expect({ status: answer.status, ...answer.json() }).toMatchObject({
    ...{ type: 'about:blank', status, code },
    ...{ title: expect.any(String), error: expect.any(String), detail: expect.any(String) },
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(answer.headers['content-type']).toBe('application/problem+json');
  return answer.json();
}
