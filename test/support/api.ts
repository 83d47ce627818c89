import { createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { createApi } from '../../src/api/index.ts';
import {
  ASSERTION_HEADER,
  type AssertedIdentity,
  type AssertedLimits,
  contextSha256,
  createAssertionSigner,
  createAssertionVerifier,
} from '../../src/authz/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { JobStore } from '../../src/jobs/index.ts';
import type { StreamPlaces } from '../../src/ratelimit/index.ts';
import { type LogLine, recordingLogger } from './recording-logger.ts';

export const caller: AssertedIdentity = {
  client: 'service-a',
  tenant: 'default',
  tier: 'pro',
  keyId: 'key_1',
  authMethod: 'api_key',
};

/** As many streams as one likes. */
const FREE_STREAMS: StreamPlaces = { take: async () => ({ kind: 'open', release() {} }) };

export interface TestCall {
  method?: 'GET' | 'POST' | 'HEAD' | 'DELETE';
  /** An object is sent as JSON; a string as it is. */
  body?: object | string;
  headers?: Record<string, string>;
  /** Whose assertion comes with it. */
  as?: Partial<AssertedIdentity>;
  /** What authz allows of it. */
  limits?: AssertedLimits;
}

export interface TestAnswer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
  json(): Record<string, unknown>;
}

export interface TestApi {
  app: FastifyInstance;
  lines: LogLine[];
  /** Calls the API as Envoy would, with a real assertion. */
  call(path: string, call?: TestCall): Promise<TestAnswer>;
  /** What Envoy adds to a request of this kind. */
  assertedHeaders(path: string, call?: TestCall): Promise<Record<string, string>>;
}

interface TestApiParts {
  streams?: StreamPlaces;
  draining?: AbortSignal;
}

/** The real API on a given store, with every log line kept. @param set configuration, as `a.b=value` */
export function startTestApi(store: JobStore, ...given: (string | TestApiParts)[]): TestApi {
  const set = given.filter((each): each is string => typeof each === 'string');
  const { streams = FREE_STREAMS, draining } = given.find((each) => typeof each === 'object') ?? {};
  const key = randomBytes(32);
  const { logger, lines } = recordingLogger();
  const app = createApi({
    config: loadConfig({ dataDir: '.', cwd: '.', set }),
    store,
    verify: createAssertionVerifier({ key, now: Date.now }),
    streams,
    ...(draining && { draining }),
    logger,
    now: Date.now,
  });
  const sign = createAssertionSigner({ key, ttlMs: 30_000, now: Date.now });

  async function assertedHeaders(path: string, { method = 'GET', body, headers, as, limits }: TestCall = {}) {
    const text = payload(body);
    const bodySha256 =
      text === undefined || text === '' ? '' : createHash('sha256').update(text).digest('base64url');
    return {
      ...(text !== undefined && { 'content-type': 'application/json' }),
      'x-request-id': 'request-1',
      [ASSERTION_HEADER]: sign(
        { ...caller, ...as },
        {
          method,
          path,
          bodySha256,
          contextSha256: contextSha256(utf8(headers?.['x-repo']), utf8(headers?.['x-branch'])),
        },
        limits,
      ),
      ...headers,
    };
  }

  return {
    app,
    lines,
    assertedHeaders,
    async call(path, call = {}) {
      const text = payload(call.body);
      const answer = await app.inject({
        method: call.method ?? 'GET',
        url: path,
        headers: await assertedHeaders(path, call),
        ...(text !== undefined && { payload: text }),
      });
      return {
        status: answer.statusCode,
        headers: answer.headers,
        text: answer.body,
        json: () => JSON.parse(answer.body),
      };
    },
  };
}

/** Node takes and gives headers as Latin-1. */
function utf8(header: string | undefined): string | undefined {
  return header === undefined ? undefined : Buffer.from(header, 'latin1').toString();
}

function payload(body: TestCall['body']): string | undefined {
  return typeof body === 'object' ? JSON.stringify(body) : body;
}

/** Checks that an answer is a whole problem+json of this status and code, and gives its body. */
export function expectProblem(
  answer: TestAnswer,
  status: number,
  code: string,
  error: string,
): Record<string, unknown> {
  expect({ status: answer.status, ...answer.json() }).toMatchObject({
    type: 'about:blank',
    status,
    code,
    error,
    title: expect.any(String),
    detail: expect.any(String),
    requestId: 'request-1',
  });
  expect(answer.headers['content-type']).toBe('application/problem+json');
  return answer.json();
}
