import type { Config } from '../../config/index.ts';
import { ModelError } from '../error.ts';
import { openConnection, parseBaseUrl } from './connection.ts';
import { type Credential, readCredential } from './credential.ts';
import type { UpstreamOptions } from './upstream.ts';

/** A provider that is to be opened. */
export type ProviderPlan = Pick<UpstreamOptions, 'name' | 'connection' | 'models' | 'maxConcurrent'>;

/**
 * The providers that the configuration asks for, in their order, each with its key.
 * @returns undefined where the stand-in is to answer
 * @throws ModelError when there has to be a key and is none, or an address is of no use
 */
export async function planProviders(
  model: Config['model'],
  env: NodeJS.ProcessEnv,
): Promise<[ProviderPlan, ...ProviderPlan[]] | undefined> {
  if (model.provider === 'stand-in') return undefined;
  if (model.providers.length > 0) {
    const plans = model.providers.map((each, index) => planListed(each, index, env));
    return (await Promise.all(plans)) as [ProviderPlan, ...ProviderPlan[]];
  }
  const credential = await readCredential(model.apiKeyFile, env, 'model.apiKeyFile');
  if (credential === undefined) {
    if (model.provider === 'auto') return undefined;
    throw new ModelError(
      'provider_key_missing',
      'model.provider is anthropic but there is no key: set model.apiKeyFile or ANTHROPIC_API_KEY, or use model.provider: stand-in.',
    );
  }
  const written = model.baseUrl ?? env.ANTHROPIC_BASE_URL?.trim() ?? '';
  const url = parseBaseUrl(written, 'model.baseUrl (or ANTHROPIC_BASE_URL)');
  const { maxConcurrent } = model.queue;
  return [
    { name: 'anthropic', connection: openConnection(url, credential), models: new Map(), maxConcurrent },
  ];
}

async function planListed(
  { name, baseUrl, auth, apiKeyFile, models, maxConcurrent }: Config['model']['providers'][number],
  index: number,
  env: NodeJS.ProcessEnv,
): Promise<ProviderPlan> {
  const url = parseBaseUrl(baseUrl, `model.providers[${index}].baseUrl`);
  const key =
    auth === 'none'
      ? undefined
      : await readCredential(apiKeyFile, env, `model.providers[${index}].apiKeyFile`);
  if (key === undefined && auth !== 'none') {
    throw new ModelError(
      'provider_key_missing',
      `model.providers[${index}] (${name}) has no key: set its apiKeyFile or ANTHROPIC_API_KEY, or auth: none where it asks for none.`,
    );
  }
  const connection = openConnection(url, key && auth ? sentAs(auth, key) : key);
  return { name, connection, models: new Map(Object.entries(models)), maxConcurrent };
}

function sentAs(auth: 'x-api-key' | 'bearer' | 'none', { value }: Credential): Credential {
  const key = value.replace(/^Bearer /, '');
  return auth === 'bearer'
    ? { header: 'authorization', value: `Bearer ${key}` }
    : { header: 'x-api-key', value: key };
}
