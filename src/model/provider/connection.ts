import { type Dispatcher, Pool } from 'undici';
import { ModelError } from '../error.ts';
import type { Credential } from './credential.ts';

/** Where a provider is and how it is spoken to. The key stays inside: nothing that holds a Connection can read it. */
export interface Connection {
  /** Host and port, for logs. */
  address: string;
  /**
   * Sends a request with the provider's credential. Deadlines other than connecting are the caller's, by signal.
   * Rejects when the provider cannot be reached or the signal is aborted.
   */
  send(request: OutgoingRequest): Promise<Dispatcher.ResponseData>;
  /** Takes the key out of a text that came from the provider. */
  redact(text: string): string;
  /** Cuts what runs. */
  close(): Promise<void>;
}

export interface OutgoingRequest {
  /** From the slash on, with query. */
  path: string;
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** @param credential none for a server that asks for none */
export function openConnection(url: URL, credential: Credential | undefined): Connection {
  // The caller's deadlines know what they wait for; the pool's own would cut a long answer that is not streamed.
  const pool = new Pool(url.origin, {
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const prefix = url.pathname.replace(/\/+$/, '');
  const secret = credential?.value.replace(/^Bearer /, '');
  return {
    address: url.host,
    send: ({ path, headers, body, signal }) =>
      pool.request({
        method: 'POST',
        path: prefix + path,
        headers: credential ? { ...headers, [credential.header]: credential.value } : headers,
        body,
        signal,
      }),
    redact: (text) => (secret === undefined ? text : text.replaceAll(secret, '[key]')),
    close: () => pool.destroy(),
  };
}

const PUBLIC_BASE_URL = 'https://api.anthropic.com';

/**
 * @param text nothing stands for Anthropic's own API
 * @param setting which one it is from, for the error
 * @throws ModelError base_url_invalid
 */
export function parseBaseUrl(text: string, setting: string): URL {
  const url = URL.parse(text === '' ? PUBLIC_BASE_URL : text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '') return url;
  throw new ModelError(
    'base_url_invalid',
    `${setting}: expected an http:// or https:// address without user name and query.`,
  );
}
