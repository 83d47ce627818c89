import type { Config } from '../../config/index.ts';
import { redisKeys } from '../../redis/index.ts';
import { explain } from '../explain/explain.ts';
import type { Explanation } from '../explain/explanation.ts';
import { NO_OVERRIDES } from '../overrides/override-set.ts';
import type { DescriptorName } from './administration.ts';
import { loadInstalledRules } from './installed-rules.ts';
import { withLimitAdministration } from './open.ts';

export interface InstallationExplanation {
  explanation: Explanation;
  /** Why the store was not asked, so that overrides and counts are unknown; absent where it was. */
  withoutStore?: string;
}

/**
 * Explains a descriptor as the running installation would treat it; without its Redis only the matching.
 * @throws RulesError; LimitsError rules_elsewhere
 */
export async function explainInstallation(
  config: Pick<Config, 'redis' | 'ratelimit'>,
  descriptor: DescriptorName,
  hits: number,
): Promise<InstallationExplanation> {
  try {
    const explanation = await withLimitAdministration(config, ({ limits }) =>
      limits.explain(descriptor, hits),
    );
    return { explanation };
  } catch (error) {
    const rules = await loadInstalledRules(config.ratelimit);
    const keys = redisKeys(config.redis.keyPrefix);
    const explanation = await explain({ rules, overrides: NO_OVERRIDES, keys, ...descriptor, hits });
    return { explanation, withoutStore: (error as Error).message };
  }
}
