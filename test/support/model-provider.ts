import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Dispatcher, Pool } from 'undici';
import type { AttemptContext } from '../../src/model/index.ts';

/** A provider that a test writes itself, on loopback. */
export interface FakeProvider {
  url: string;
  /** What it was sent, oldest first. */
  requests: IncomingMessage[];
  /** The requests' bodies as far as they have come, in the same order. */
  bodies: string[];
  close(): Promise<void>;
}

export async function startFakeProvider(answer: RequestListener): Promise<FakeProvider> {
  const requests: IncomingMessage[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const position = requests.push(request) - 1;
    bodies.push('');
    request.on('data', (chunk) => {
      bodies[position] += String(chunk);
    });
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    bodies,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Sends events as the Messages API does, without ending the answer. */
export function writeEvents(response: ServerResponse, ...events: { type: string }[]): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of events) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

export function messageStart(usage: Record<string, number>, model = 'some-model') {
  return { type: 'message_start', message: { model, usage } };
}

export function messageDelta(usage: Record<string, number>) {
  return { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage };
}

/** What a worker does: HTTP/1.1 over the proxy's socket. Close the client it goes with. */
export function workerOf(socketPath: string) {
  const client = new Pool('http://model.invalid', { connect: { socketPath } });
  return {
    send: (options: Partial<Dispatcher.RequestOptions> = {}) =>
      client.request({
        method: 'POST',
        path: '/v1/messages?beta=true',
        headers: { 'content-type': 'application/json', 'x-api-key': 'placeholder' },
        body: messageRequest(),
        ...options,
      }),
    close: () => client.destroy(),
  };
}

/** An attempt as the pool tells the proxy of it. */
export function attemptContext(about: Partial<AttemptContext> = {}): AttemptContext {
  return {
    jobId: randomUUID(),
    attempt: 1,
    requestId: 'request-1',
    tenant: 'acme',
    client: 'service-a',
    tier: 'pro',
    model: 'some-model',
    permissions: {},
    ...about,
  };
}

/** The body of a plain request, as a worker sends it. */
export function messageRequest(members: Record<string, unknown> = {}): string {
  const messages = [{ role: 'user', content: 'hello' }];
  return JSON.stringify({ model: 'some-model', messages, max_tokens: 1000, stream: true, ...members });
}
