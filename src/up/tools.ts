import { type Config, namesRedis } from '../config/index.ts';
import { findTool, missingTool, toolCandidates } from '../toolchain/index.ts';
import { StartError } from './start-error.ts';

/** The programs that `up` and its roles run. */
export interface Tools {
  envoy: string;
  claude: string;
  /** Best first; undefined where the configuration names a Redis that runs already. */
  redis: string[] | undefined;
  /** Undefined where it is not to be run. */
  jaeger: string | undefined;
}

/** @throws StartError tools_missing with one sentence for each that is missing */
export function findTools(config: Config): Tools {
  const envoy = findTool('envoy', config.envoy.path);
  const claude = findTool('claude', config.pool.claudePath);
  const ownRedis = !namesRedis(config.redis);
  const redis = ownRedis ? toolCandidates('redis-server') : undefined;
  const wantsJaeger = config.telemetry.jaeger === 'embedded';
  const jaeger = wantsJaeger ? findTool('jaeger') : undefined;
  const lacksJaeger = wantsJaeger && jaeger === undefined;
  if (envoy !== undefined && claude !== undefined && redis?.length !== 0 && !lacksJaeger) {
    return { envoy, claude, redis, jaeger };
  }
  const missing = [
    ...(envoy === undefined ? [missingTool('envoy', config.envoy.path)] : []),
    ...(redis?.length === 0 ? [missingTool('redis-server')] : []),
    ...(lacksJaeger ? [missingTool('jaeger')] : []),
    ...(claude === undefined ? [missingTool('claude', config.pool.claudePath)] : []),
  ];
  throw new StartError('tools_missing', missing.join('\n'));
}
