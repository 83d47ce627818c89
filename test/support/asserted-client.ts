import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { ASSERTION_HEADER, type AssertedIdentity, createAssertionSigner } from '../../src/authz/index.ts';
import { caller } from './api.ts';

export interface AssertedCall {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: object;
  headers?: Record<string, string>;
  agent?: Agent | false;
  /** Who calls. */
  as?: Partial<AssertedIdentity>;
}

/** Calls an api process as Envoy would, over HTTP. */
export interface AssertedClient {
  /** The answer as it arrives; rejects where the process is away. */
  open(path: string, call?: AssertedCall): Promise<IncomingMessage>;
  call(path: string, call?: AssertedCall): Promise<{ status: number; body: Record<string, unknown> }>;
}

/** @param key of the identity assertion */
export function assertedClient(port: number, key: Uint8Array): AssertedClient {
  const sign = createAssertionSigner({ key, ttlMs: 30_000, now: Date.now });
  const client: AssertedClient = {
    async open(path, { method = 'GET', body, headers, agent = false, as } = {}) {
      const text = body === undefined ? '' : JSON.stringify(body);
      const bodySha256 = text === '' ? '' : createHash('sha256').update(text).digest('base64url');
      const sent = httpRequest({
        ...{ host: '127.0.0.1', port, path, method, agent },
        headers: {
          [ASSERTION_HEADER]: sign({ ...caller, ...as }, { method, path, bodySha256, contextSha256: '' }),
          ...(text !== '' && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
          }),
          ...headers,
        },
      });
      sent.end(text);
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      return response;
    },
    async call(path, call) {
      const response = await client.open(path, call);
      return { status: response.statusCode ?? 0, body: (await json(response)) as Record<string, unknown> };
    },
  };
  return client;
}
