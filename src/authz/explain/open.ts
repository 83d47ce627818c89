import type { Config } from '../../config/index.ts';
import { loadRuleBook } from '../../inspect/index.ts';
import { createMetrics, silentLogger } from '../../telemetry/index.ts';
import { examineBody } from '../body/examine.ts';
import { bodyRules } from '../body/rules.ts';
import { createChallenge } from '../challenge.ts';
import { createCheck } from '../check.ts';
import type { CheckRequest } from '../check-request.ts';
import { type Closer, closeAll } from '../closers.ts';
import { openIdentification } from '../identification.ts';
import { createAuthzMetrics } from '../metrics.ts';
import { compilePolicy, type PolicyConfig } from '../policy.ts';
import { type Explanation, explain } from './explain.ts';

export type ExplainConfig = PolicyConfig & Pick<Config, 'redis' | 'envoy'>;

/**
 * Opens what a check needs, with the configuration and the Redis of an installation, hands out a function that explains
 * requests, and closes it again.
 * @throws AuthzError invalid_key_file; Error when no Redis is configured
 */
export async function withExplainer<T>(
  config: ExplainConfig,
  use: (explainRequest: (request: CheckRequest) => Promise<Explanation>) => Promise<T>,
): Promise<T> {
  const closers: Closer[] = [];
  try {
    const metrics = createAuthzMetrics(await createMetrics());
    const identification = await openIdentification({
      ...{ config, metrics, closers },
      ...{ logger: silentLogger, tracksUse: false },
    });
    const rules = bodyRules(config);
    const book = await loadRuleBook(config.inspection);
    const check = createCheck({
      ...identification,
      policy: compilePolicy(config),
      examiner: { examine: (body) => examineBody(body, rules, book) },
      trustedHops: config.envoy.trustedHops,
    });
    const challenge = createChallenge(identification.methods.map(({ name }) => name));
    return await use((request) => explain(check, challenge, request));
  } finally {
    await closeAll(closers, 0);
  }
}
