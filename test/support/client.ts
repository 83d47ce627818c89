import { Agent, request } from 'undici';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
  bytes: Buffer;
  /** The body as JSON; throws where it is not. */
  json(): Record<string, unknown>;
}

export interface Call {
  method?: string;
  key?: string;
  headers?: Record<string, string | string[]>;
  /** An object is sent as JSON; text and bytes as they are. */
  body?: string | Uint8Array | object;
}

export interface Client {
  send(path: string, call?: Call): Promise<Answer>;
  close(): Promise<void>;
}

let lastAddress = 0;

/**
 * A caller with a loopback address of its own, so that Envoy's limit per remote address counts it apart.
 * @param url such as http://127.0.0.1:8080
 */
export function newClient(url: string): Client {
  lastAddress += 1;
  const localAddress = `127.7.${Math.floor(lastAddress / 250)}.${(lastAddress % 250) + 1}`;
  const dispatcher = new Agent({ localAddress, headersTimeout: 90_000, bodyTimeout: 90_000 });
  return {
    async send(path, { method, key, headers, body } = {}) {
      const raw = typeof body === 'string' || body instanceof Uint8Array;
      const payload = body === undefined ? null : raw ? body : JSON.stringify(body);
      const response = await request(`${url}${path}`, {
        dispatcher,
        method: (method ?? (payload === null ? 'GET' : 'POST')) as 'GET',
        headers: {
          ...(payload === null ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'x-api-key': key }),
          ...headers,
        },
        body: payload,
      });
      const bytes = Buffer.from(await response.body.arrayBuffer());
      const text = bytes.toString();
      return {
        status: response.statusCode,
        headers: Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
        ),
        text,
        bytes,
        json: () => JSON.parse(text) as Record<string, unknown>,
      };
    },
    close: () => dispatcher.close(),
  };
}
