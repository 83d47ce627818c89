import { Readable } from 'node:stream';
import { type Dispatcher, Pool } from 'undici';
import type { Config } from '../config/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { type Credential, readCredential } from './credential.ts';
import { ModelError } from './error.ts';
import { startStandIn } from './stand-in/server.ts';

/** Whether jobs can be started now, or would only fail at the provider. */
export type Availability =
  | { kind: 'open' }
  /** It asked for a pause, or fails too often. @property untilMs milliseconds since the epoch */
  | { kind: 'parked' | 'broken'; untilMs: number };

/** Who answers model requests. The key stays inside: nothing that holds a Provider can read it. */
export interface Provider {
  name: 'anthropic' | 'stand-in';
  /** Host and port, for logs. */
  address: string;
  availability(): Availability;
  /**
   * Sends a request with the provider's credential. Deadlines other than connecting are the caller's, by signal.
   * Rejects when the provider cannot be reached or the signal is aborted.
   */
  send(request: ProviderRequest): Promise<Dispatcher.ResponseData>;
  /** Takes the key out of a text that came from the provider. */
  redact(text: string): string;
  /** Cuts what runs. */
  close(): Promise<void>;
}

export interface ProviderRequest {
  /** From the slash on, with query. */
  path: string;
  headers: Record<string, string>;
  body: AsyncIterable<Uint8Array>;
  signal: AbortSignal;
}

const PUBLIC_BASE_URL = 'https://api.anthropic.com';
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Opens the provider that the configuration asks for: `auto` is the real one where there is a key, else the stand-in,
 * which runs in this process and is reached over HTTP like the real one.
 * @throws ModelError when there has to be a key and is none, or an address is of no use
 */
export async function openProvider(
  config: Pick<Config, 'model'>,
  env: NodeJS.ProcessEnv,
  logger: Logger,
): Promise<Provider> {
  const { provider: wanted, apiKeyFile } = config.model;
  const credential = wanted === 'stand-in' ? undefined : await readCredential(apiKeyFile, env);
  if (credential === undefined) {
    if (wanted === 'anthropic') {
      throw new ModelError(
        'provider_key_missing',
        'model.provider is anthropic but there is no key: set model.apiKeyFile or ANTHROPIC_API_KEY, or use model.provider: stand-in.',
      );
    }
    const standIn = await startStandIn();
    logger.info({ model: 'stand-in', address: standIn.url.host }, 'The stand-in model answers');
    return connect('stand-in', standIn.url, undefined, () => standIn.close());
  }
  const url = baseUrl(config.model.baseUrl ?? env.ANTHROPIC_BASE_URL?.trim() ?? '');
  logger.info({ address: url.host }, 'The model provider answers');
  return connect('anthropic', url, credential, async () => {});
}

function baseUrl(text: string): URL {
  const url = URL.parse(text === '' ? PUBLIC_BASE_URL : text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '') return url;
  throw new ModelError(
    'base_url_invalid',
    'model.baseUrl (or ANTHROPIC_BASE_URL): expected an http:// or https:// address without user name and query.',
  );
}

function connect(
  name: Provider['name'],
  url: URL,
  credential: Credential | undefined,
  closeServer: () => Promise<void>,
): Provider {
  // The caller's deadlines know what they wait for; the pool's own would cut a long answer that is not streamed.
  const pool = new Pool(url.origin, {
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const prefix = url.pathname.replace(/\/+$/, '');
  const secret = credential?.value.replace(/^Bearer /, '');
  return {
    name,
    address: url.host,
    availability: () => ({ kind: 'open' }),
    send: ({ path, headers, body, signal }) =>
      pool.request({
        method: 'POST',
        path: prefix + path,
        headers: credential ? { ...headers, [credential.header]: credential.value } : headers,
        body: Readable.from(body, { objectMode: false }),
        signal,
      }),
    redact: (text) => (secret === undefined ? text : text.replaceAll(secret, '[key]')),
    async close() {
      await pool.destroy();
      await closeServer();
    },
  };
}
