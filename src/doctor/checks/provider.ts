import { openProvider } from '../../model/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import type { Check } from '../finding.ts';
import { reach } from '../reach.ts';

/** Whether providers can be reached: only a connection is made, which costs nothing and shows no key. */
export const providerCheck: Check = {
  part: 'Model provider',
  failure: 'missing',
  async run({ config, env, asksProviders }) {
    if (!asksProviders) return undefined;
    const provider = await openProvider(config, env, silentLogger);
    await provider.close();
    if (provider.name === 'stand-in') return undefined;
    const addresses = provider.address.split(', ');
    const tried = await Promise.all(
      addresses.map(async (address) => ({ address, ...(await reach(address, 443)) })),
    );
    const away = tried.filter(({ error }) => error !== undefined);
    if (away.length === 0) return { state: 'ok', detail: `${provider.address} can be reached` };
    const told = away.map(({ address, error }) => `${address} (${error})`).join(', ');
    return {
      state: away.length < tried.length ? 'limited' : 'missing',
      detail: `cannot be reached: ${told}. See whether this machine may connect to it, and model.baseUrl.`,
    };
  },
};
