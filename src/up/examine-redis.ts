import { type Config, namesRedis, redisAddress } from '../config/index.ts';
import { describeRedis } from '../redis/index.ts';
import { missingTool, toolCandidates } from '../toolchain/index.ts';
import { checkExistingRedis, type UsableRedis } from './existing-redis.ts';
import { layout } from './layout.ts';
import { redisSocketPlace, unixUrl } from './redis-socket.ts';
import { firstUsableRedis } from './redis-version.ts';
import { StartError } from './start-error.ts';

/** The Redis that an installation uses or would use. */
export type RedisInUse =
  | { kind: 'program'; path: string }
  | ({ kind: 'server'; place: string; own: boolean } & UsableRedis);

/**
 * Looks for the Redis of a configuration: the one that it names has to answer, else there has to be a
 * program to start.
 * @throws an Error for people when it is missing, does not answer or is of no use
 */
export async function examineRedis(config: Config): Promise<RedisInUse> {
  if (!namesRedis(config.redis)) {
    const programs = toolCandidates('redis-server');
    if (programs.length === 0) throw new StartError('tools_missing', missingTool('redis-server'));
    return { kind: 'program', path: await firstUsableRedis(programs, layout(config.dataDir).redisDir) };
  }
  const address = await redisAddress(config);
  const place = describeRedis(address);
  const own = config.redis.url === unixUrl(redisSocketPlace(layout(config.dataDir).runDir).path);
  const usable = await checkExistingRedis(address).catch((error: unknown) => {
    if (!own) throw error;
    throw new StartError(
      'redis_unusable',
      `This installation's own Redis, at ${place}, does not answer: see its log, or start again with 'gatehouse up'.`,
    );
  });
  return { kind: 'server', place, own, ...usable };
}
