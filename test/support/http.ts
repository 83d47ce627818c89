import { once } from 'node:events';
import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { connect } from 'node:http2';
import { request as requestHttps } from 'node:https';

export interface RawRequest {
  /** Sent as it is: neither normalised nor encoded. */
  path: string;
  method?: string;
  headers?: Record<string, string | string[]>;
  /** Pieces are written one after the other. */
  body?: Buffer | string | Buffer[];
  /** HTTP/1.1: without it the body is sent in chunks. HTTP/2: without it there is no content-length. */
  contentLength?: boolean;
  /** The loopback address to call from. */
  from?: string;
  http2?: boolean;
  /** The client's certificate and key in PEM, for TLS. */
  certificate?: { cert: string; key: string };
}

export interface RawResponse {
  status: number;
  /** Values of a name that came more than once are joined by a comma. */
  headers: Record<string, string>;
  body: Buffer;
  json(): Record<string, unknown>;
}

/** One request on a connection of its own, over HTTP/1.1 or HTTP/2, plain or TLS (any certificate). */
export async function send(url: string, request: RawRequest): Promise<RawResponse> {
  return request.http2 ? sendHttp2(url, request) : sendHttp1(url, request);
}

/** An HTTP/1.1 request whose body is still to be written; connection of its own. */
export function open(url: string, { path, method, headers, from, certificate }: RawRequest): ClientRequest {
  const { protocol, hostname, port } = new URL(url);
  const request = protocol === 'https:' ? requestHttps : requestHttp;
  return request({
    ...{ hostname, port, path, method: method ?? 'GET', headers: headers ?? {}, agent: false },
    ...(from === undefined ? {} : { localAddress: from }),
    ...(protocol === 'https:' ? { rejectUnauthorized: false, ...certificate } : {}),
  });
}

/** The response to an HTTP/1.1 request; it fails where the connection does. */
export async function responseTo(request: ClientRequest): Promise<RawResponse> {
  const [incoming] = (await once(request, 'response')) as [IncomingMessage];
  return { ...response(incoming.statusCode ?? 0, incoming.headers, await bytes(incoming)) };
}

async function sendHttp1(url: string, options: RawRequest): Promise<RawResponse> {
  const pieces = piecesOf(options.body);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const declared = options.contentLength && pieces.length > 0 ? { 'content-length': String(length) } : {};
  const request = open(url, { ...options, headers: { ...options.headers, ...declared } });
  const answer = responseTo(request);
  answer.catch(() => {});
  // Envoy answers and closes before it has read a body that is too large.
  request.on('error', () => {});
  for (const piece of pieces) request.write(piece);
  request.end();
  return answer;
}

async function sendHttp2(url: string, options: RawRequest): Promise<RawResponse> {
  const { protocol, hostname } = new URL(url);
  const session = connect(url, {
    ...(protocol === 'https:'
      ? {
          rejectUnauthorized: false,
          servername: hostname === '127.0.0.1' ? '' : hostname,
          ...options.certificate,
        }
      : {}),
    ...(options.from === undefined ? {} : { localAddress: options.from }),
  });
  try {
    const pieces = piecesOf(options.body);
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const stream = session.request(
      {
        ...options.headers,
        ...(options.contentLength && pieces.length > 0 ? { 'content-length': String(length) } : {}),
        ':method': options.method ?? 'GET',
        ':path': options.path,
      },
      { endStream: pieces.length === 0 },
    );
    const answered = once(stream, 'response') as Promise<[IncomingHttpHeaders & { ':status': number }]>;
    for (const piece of pieces) stream.write(piece);
    if (pieces.length > 0) stream.end();
    const [headers] = await answered;
    return response(headers[':status'], headers, await bytes(stream));
  } finally {
    session.destroy();
  }
}

function piecesOf(body: RawRequest['body']): Buffer[] {
  if (body === undefined) return [];
  return Array.isArray(body) ? body : [Buffer.from(body)];
}

async function bytes(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function response(status: number, headers: IncomingHttpHeaders, body: Buffer): RawResponse {
  return {
    status,
    headers: Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => !name.startsWith(':'))
        .map(([name, value]) => [name, String(value)]),
    ),
    body,
    json: () => JSON.parse(body.toString('utf8')) as Record<string, unknown>,
  };
}
