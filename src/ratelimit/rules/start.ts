import type { Config } from '../../config/index.ts';
import { createFailureLog, type Logger } from '../../telemetry/index.ts';
import { followXds } from '../xds/follow-xds.ts';
import { followFiles } from './file-rules.ts';
import { createLiveRules, type LiveRules, type LoadResult } from './live-rules.ts';
import type { LoadOptions } from './load.ts';

export interface RulesOptions {
  config: Config['ratelimit'];
  logger: Logger;
  /** Called after each set that was read. */
  onLoad(result: LoadResult): void;
}

export interface RunningRules {
  live: LiveRules;
  close(): void;
}

/** How the configuration wants rule files to be read. */
export function loadOptions({
  denied,
  mergeDomains,
}: Pick<Config['ratelimit'], 'denied' | 'mergeDomains'>): LoadOptions {
  return { denied, mergeDomains };
}

/**
 * Puts rules into force, and follows their source.
 * From a management server they come when they come: until then every request gets an error.
 * @throws RulesError where the first set of files cannot be used, unless ratelimit.startWithoutRules
 */
export async function startRules({ config, logger, onLoad }: RulesOptions): Promise<RunningRules> {
  const live = createLiveRules({ source: config.source, logger, onLoad, now: Date.now });
  if (config.source === 'xds') {
    const following = followXds({
      config: config.xds,
      load: loadOptions(config),
      live,
      failures: createFailureLog({
        logger,
        code: 'xds_unavailable',
        failing: 'the management server cannot be reached; the rules in force stay',
        recovered: 'the management server is reached again',
        now: () => performance.now(),
      }),
    });
    return { live, close: following.close };
  }
  const following = await followFiles({
    ...loadOptions(config),
    paths: config.files,
    live,
    startWithoutRules: config.startWithoutRules,
    onError: (error) =>
      logger.error({ code: 'internal_error', err: error }, 'changed rate limit rules cannot be read'),
  });
  return { live, close: following.close };
}
