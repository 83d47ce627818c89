import { readFile } from 'node:fs/promises';
import { ModelError } from '../error.ts';

/** What authenticates us to the provider. */
export interface Credential {
  header: 'x-api-key' | 'authorization';
  value: string;
}

/**
 * Finds the provider's key: the file that the configuration names, else ANTHROPIC_API_KEY (sent as x-api-key), else
 * ANTHROPIC_AUTH_TOKEN (sent as a bearer token, as gateways in front of the provider expect it).
 * @param setting what names the file, such as `model.apiKeyFile`
 * @returns undefined when there is none
 * @throws ModelError when a file is named but cannot be used, or the key cannot be sent in a header
 */
export async function readCredential(
  apiKeyFile: string | undefined,
  env: NodeJS.ProcessEnv,
  setting: string,
): Promise<Credential | undefined> {
  if (apiKeyFile !== undefined) {
    return { header: 'x-api-key', value: checked(await readKeyFile(apiKeyFile, setting), apiKeyFile) };
  }
  const key = env.ANTHROPIC_API_KEY?.trim();
  if (key) return { header: 'x-api-key', value: checked(key, 'ANTHROPIC_API_KEY') };
  const token = env.ANTHROPIC_AUTH_TOKEN?.trim();
  if (token) return { header: 'authorization', value: `Bearer ${checked(token, 'ANTHROPIC_AUTH_TOKEN')}` };
  return undefined;
}

async function readKeyFile(path: string, setting: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new ModelError(
      'provider_key_unreadable',
      `${setting}: ${path} cannot be read (${code}); put the provider's key there or unset ${setting}.`,
    );
  }
}

function checked(key: string, where: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new ModelError(
    'provider_key_unreadable',
    key === ''
      ? `${where} is empty; put the provider's key there.`
      : `${where} holds something that is not a key: expected one line of printable ASCII without spaces.`,
  );
}
