import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import {
  type AdminOptions,
  checkBrowserRequest,
  createAdmin,
  createEntrance,
  createSessions,
  findToken,
} from '../../src/admin/index.ts';
import { undescribed } from './admin-openapi.ts';
import { type LogLine, recordingLogger } from './recording-logger.ts';

export const ADMIN_TOKEN = 'a-token-for-tests-of-32-characters';
/** May look, and see no output. */
export const VIEWER_TOKEN = 'another-token-for-tests-that-may-look';

type Context = AdminOptions['context'];

/** What a test needs of the parts behind the routes; anything else that is called is a mistake. */
export type AdminParts = {
  [Part in keyof Context]?: Context[Part] extends
    | ((...args: never[]) => unknown)
    | { unavailable: string }
    | string
    ? Context[Part]
    : Partial<Context[Part]>;
} & {
  /** Milliseconds since the epoch. */
  now?: () => number;
  trustedHops?: number;
};

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

export const SESSION_LIFETIME_MS = 3_600_000;

/** The real admin API before parts that answer as a test wants. */
export function startTestAdmin({ now = Date.now, trustedHops = 0, ...parts }: AdminParts = {}): TestAdmin {
  const { logger, lines } = recordingLogger();
  const entrance = createEntrance({
    findToken: findToken([
      [{ name: 'default', role: 'operator', output: true }, ADMIN_TOKEN],
      [{ name: 'on-call', role: 'viewer', output: false }, VIEWER_TOKEN],
    ]),
    sessions: createSessions({ lifetimeMs: SESSION_LIFETIME_MS, randomBytes, now }),
    checkBrowser: checkBrowserRequest('127.0.0.1', ['gatehouse.example']),
    logger,
    now,
  });
  const context = { entrance, recordSignIn: async () => {}, isReady: async () => true, ...parts } as Context;
  const app = createAdmin({ context, closing: new AbortController().signal, trustedHops, logger });
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
      const contentType = answer.headers['content-type']?.toString();
      expect(undescribed({ method, path }, { status, contentType, text })).toEqual([]);
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

/** Headers as the dashboard's pages send them. */
export const PAGE_HEADERS = { host: '127.0.0.1:9900', 'x-gatehouse-admin': '1' };

/** Signs in as a page does. @returns the headers that its next requests have */
export async function signIn(
  admin: TestAdmin,
  token = ADMIN_TOKEN,
): Promise<Record<'cookie' | keyof typeof PAGE_HEADERS, string>> {
  const answer = await admin.call('/session', {
    method: 'POST',
    body: { token },
    headers: PAGE_HEADERS,
    token: null,
  });
  expect(answer.status).toBe(201);
  const [cookie = ''] = String(answer.headers['set-cookie']).split(';', 1);
  return { ...PAGE_HEADERS, cookie };
}
