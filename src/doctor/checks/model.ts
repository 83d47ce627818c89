import { openProvider } from '../../model/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import type { Check } from '../finding.ts';

export const modelCheck: Check = {
  part: 'Model',
  failure: 'missing',
  async run({ config, env }) {
    const provider = await openProvider(config, env, silentLogger);
    await provider.close();
    if (provider.name === 'anthropic') return { state: 'ok', detail: `the provider at ${provider.address}` };
    const detail =
      'the stand-in model answers instead of Claude: set ANTHROPIC_API_KEY or model.apiKeyFile for the real one.';
    return { state: 'limited', detail };
  },
};
