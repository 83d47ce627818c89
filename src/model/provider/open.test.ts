import { describe, expect, it } from 'vitest';
import { modelConfig } from '../../../test/support/model-settings.ts';
import { silentLogger } from '../../telemetry/index.ts';
import { openProvider } from './open.ts';

function open(settings: Record<string, unknown>, env: NodeJS.ProcessEnv = {}) {
  return openProvider(modelConfig(settings), env, silentLogger);
}

describe('which provider answers', () => {
  it.each([
    ['auto', {}, 'stand-in'],
    ['auto', { ANTHROPIC_API_KEY: 'k' }, 'anthropic'],
    ['auto', { ANTHROPIC_AUTH_TOKEN: 'k' }, 'anthropic'],
    ['stand-in', { ANTHROPIC_API_KEY: 'k' }, 'stand-in'],
    ['anthropic', { ANTHROPIC_API_KEY: 'k' }, 'anthropic'],
  ] as const)('%s with %j is %s', async (provider, env, expected) => {
    const opened = await open({ provider }, env);
    expect(opened.name).toBe(expected);
    await opened.close();
  });

  it('is not left to chance when the key is missing', async () => {
    await expect(open({ provider: 'anthropic' })).rejects.toMatchObject({
      code: 'provider_key_missing',
      message: expect.stringContaining('ANTHROPIC_API_KEY'),
    });
  });

  it('is not the stand-in when a key file is named but missing', async () => {
    await expect(open({ apiKeyFile: '/nonexistent/key' })).rejects.toMatchObject({
      code: 'provider_key_unreadable',
    });
  });

  it('is said to be missing by the setting that names it', async () => {
    const providers = [{ name: 'a', baseUrl: 'https://a.test', apiKeyFile: '/nonexistent/key' }];
    await expect(open({ providers })).rejects.toThrow(
      /^model[.]providers\[0\][.]apiKeyFile: .* or unset model[.]providers\[0\][.]apiKeyFile[.]$/,
    );
  });
});

describe('where the provider is', () => {
  const env = { ANTHROPIC_API_KEY: 'k' };
  it.each([
    [undefined, {}, 'api.anthropic.com'],
    [undefined, { ANTHROPIC_BASE_URL: 'http://gateway.test:8000/x' }, 'gateway.test:8000'],
    ['https://configured.test', { ANTHROPIC_BASE_URL: 'http://gateway.test' }, 'configured.test'],
  ])('%s with %j is %s', async (baseUrl, more, address) => {
    const opened = await open(baseUrl === undefined ? {} : { baseUrl }, { ...env, ...more });
    expect(opened.address).toBe(address);
    await opened.close();
  });

  it.each([
    'gateway.test',
    'ftp://gateway.test',
    'http://user:pass@gateway.test',
    'http://gateway.test/?a=b',
  ])('cannot be %s', async (url) => {
    await expect(open({}, { ...env, ANTHROPIC_BASE_URL: url })).rejects.toMatchObject({
      code: 'base_url_invalid',
    });
  });
});
