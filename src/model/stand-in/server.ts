import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readConversation } from './conversation.ts';
import { estimateTokens } from './message.ts';
import { messageRequestSchema } from './message-request.ts';
import { createOnceMemory } from './once-memory.ts';
import { performStreamed, performWhole, refuse } from './perform.ts';
import { planAnswer } from './plan.ts';

export interface StandIn {
  /** Where it listens: loopback, a free port. */
  url: URL;
  close(): Promise<void>;
}

/** As the provider's: https://docs.claude.com/en/api/errors */
const MAX_REQUEST_BYTES = 32 * 2 ** 20;

/**
 * Starts the stand-in model: an HTTP server that speaks Anthropic's Messages API and answers as the prompt's directives
 * say (docs/stand-in.md). It is no model and never says it is.
 * @param heard called with the body of each request, before it is answered
 */
export async function startStandIn(heard?: (body: string) => void): Promise<StandIn> {
  const memory = createOnceMemory();

  async function answer(request: IncomingMessage, response: ServerResponse, signal: AbortSignal) {
    const path = request.url?.split('?', 1)[0];
    // The CLI opens its connection ahead of time with this.
    if (request.method === 'HEAD' && path === '/api/hello') return void response.writeHead(200).end();
    if (request.method !== 'POST' || (path !== '/v1/messages' && path !== '/v1/messages/count_tokens')) {
      return refuse(response, 404, 'not_found_error', `There is no ${request.method} ${path}.`);
    }
    const body = await readBody(request);
    if (body === undefined) return refuse(response, 413, 'request_too_large', 'Request too large.');
    heard?.(body);
    const parsed = messageRequestSchema.safeParse(parseJson(body));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return refuse(response, 400, 'invalid_request_error', `${issue?.path.join('.')}: ${issue?.message}`);
    }
    const inputTokens = estimateTokens(body);
    if (path === '/v1/messages/count_tokens') {
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify({ input_tokens: inputTokens }));
    }
    const conversation = readConversation(parsed.data);
    const { steps, spent } = planAnswer(conversation, memory.get(conversation.prompt));
    memory.set(conversation.prompt, spent);
    const head = { id: `msg_${randomUUID().replaceAll('-', '')}`, inputTokens };
    const perform = parsed.data.stream === true ? performStreamed : performWhole;
    await perform(response, head, steps, signal);
  }

  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    // What fails here is a client that left; whatever else it was, the client has to see a broken answer.
    answer(request, response, gone.signal).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > MAX_REQUEST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
