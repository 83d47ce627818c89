import type { Dispatcher } from 'undici';

export type FetchErrorCode =
  | 'unreachable'
  | 'timed_out'
  /** Anything but 200; redirects among them: whoever can redirect could choose the keys. */
  | 'unexpected_status'
  | 'too_large';

/** An answer that could not be had. The message names the address, without its query, and never what was sent. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  readonly code: FetchErrorCode;
  /** Of the answer, where it is the status that was not expected. */
  readonly status: number | undefined;

  constructor(code: FetchErrorCode, message: string, options?: ErrorOptions & { status?: number }) {
    super(message, options);
    this.code = code;
    this.status = options?.status;
  }
}

export interface FetchRequest {
  url: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** For everything: connecting, TLS, the whole answer. */
  timeoutMs: number;
  /** Of the answer's body. */
  maxBytes: number;
}

export interface Fetcher {
  /** @throws FetchError */
  fetch(request: FetchRequest): Promise<Buffer>;
  close(): Promise<void>;
}

const MAX_HEADER_BYTES = 16 * 1024;
const KEEP_ALIVE_MS = 30_000;

/**
 * Fetches small documents from servers that are not trusted to be up, fast or brief.
 * @param ca PEM of the authorities that count instead of the public ones
 * @param maxConnections at one time, to one server
 */
export function createFetcher({ ca, maxConnections }: { ca?: string; maxConnections: number }): Fetcher {
  let opened: Promise<Dispatcher> | undefined;
  const open = async () => {
    const { Agent } = await loadClient();
    return new Agent({
      connections: maxConnections,
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      ...(ca !== undefined && { connect: { ca } }),
    });
  };
  return {
    async fetch(wanted) {
      opened ??= open();
      return fetchBytes(wanted, await opened);
    },
    close: async () => (await opened)?.destroy(),
  };
}

/** When something is fetched: it takes 5 MB of memory, and most processes that could fetch never do. */
function loadClient(): Promise<typeof import('undici')> {
  return import('undici');
}

async function fetchBytes(wanted: FetchRequest, dispatcher: Dispatcher): Promise<Buffer> {
  const { errors, request } = await loadClient();
  const { url, method = 'GET', headers = {}, body, timeoutMs, maxBytes } = wanted;
  const signal = AbortSignal.timeout(timeoutMs);
  const where = new URL(url);
  const address = where.origin + where.pathname;
  try {
    const answer = await request(url, {
      ...{ dispatcher, method, signal },
      headers: { accept: 'application/json', ...headers },
      body: body ?? null,
    });
    if (answer.statusCode !== 200) {
      // Destroying the body of an answer that is not over emits an error, which nobody else listens for.
      answer.body.on('error', () => {}).destroy();
      const status = answer.statusCode;
      throw new FetchError('unexpected_status', `${address} answered with status ${status}`, { status });
    }
    return await readBounded(answer.body, maxBytes, address);
  } catch (error) {
    if (error instanceof FetchError) throw error;
    const isLate = signal.aborted || error instanceof errors.ConnectTimeoutError;
    throw isLate ? late(address, timeoutMs) : unreachable(error, address);
  }
}

async function readBounded(
  body: Dispatcher.ResponseData['body'],
  maxBytes: number,
  address: string,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      body.on('error', () => {}).destroy();
      throw new FetchError('too_large', `${address} answered with more than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function late(address: string, timeoutMs: number): FetchError {
  return new FetchError('timed_out', `${address} did not answer within ${timeoutMs} ms`);
}

function unreachable(error: unknown, address: string): FetchError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new FetchError('unreachable', `${address} cannot be reached: ${code ?? message}`, { cause: error });
}
