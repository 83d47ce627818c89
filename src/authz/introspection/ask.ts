import { readFile } from 'node:fs/promises';
import type { Fetcher } from '../../http/index.ts';
import { type Answer, readAnswer } from './answer.ts';
import type { IntrospectionConfig } from './judge.ts';

/** Asks the endpoint about a token. */
export type Ask = (token: string) => Promise<Answer>;

/**
 * Asks as RFC 7662, section 2.1, says. The client's secret is read for each question, so that it can be changed.
 * The returned function throws FetchError, UnusableAnswer, and what reading the secret throws.
 */
export function createAsk(config: IntrospectionConfig, fetcher: Fetcher): Ask {
  const { endpoint, clientId, clientSecretFile, clientAuthentication } = config;
  return async (token) => {
    const secret = await readClientSecret(clientSecretFile);
    const isBasic = clientAuthentication === 'basic';
    const form = new URLSearchParams({
      token,
      token_type_hint: 'access_token',
      ...(isBasic ? {} : { client_id: clientId, client_secret: secret }),
    });
    const bytes = await fetcher.fetch({
      url: endpoint,
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(isBasic && { authorization: basic(clientId, secret) }),
      },
      body: form.toString(),
      timeoutMs: config.timeout.ms,
      maxBytes: config.maxAnswer.bytes,
    });
    return readAnswer(bytes);
  };
}

/** Without the line break that editors put at its end. @throws what the file system throws */
export async function readClientSecret(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
}

/** RFC 6749, section 2.3.1: both are form-encoded before they are joined. */
function basic(id: string, secret: string): string {
  const encoded = [id, secret].map((text) => new URLSearchParams({ text }).toString().slice('text='.length));
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}
