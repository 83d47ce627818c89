import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StartError } from './start-error.ts';

/** What is tested at least. */
const MINIMUM = { major: 6, minor: 2 };

/** The version in `Redis server v=6.2.14 ...` or `redis_version:6.2.14`. */
export function parseRedisVersion(text: string): { major: number; minor: number } | undefined {
  const match = /(?:\bv=|redis_version:)(\d+)\.(\d+)/.exec(text);
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined;
}

export function isSupportedRedis({ major, minor }: { major: number; minor: number }): boolean {
  return major > MINIMUM.major || (major === MINIMUM.major && minor >= MINIMUM.minor);
}

/**
 * The first redis-server of several, at least one, that can be used: an old one on PATH must not keep the one that
 * set-up installed from being used.
 * @throws StartError redis_unusable of the first where none can
 */
export async function firstUsableRedis(programs: readonly string[], redisDir: string): Promise<string> {
  const checks = await Promise.allSettled(
    programs.map((program) => checkRedisProgram(program, redisDir).then(() => program)),
  );
  const usable = checks.find((check) => check.status === 'fulfilled');
  if (usable !== undefined) return usable.value;
  throw checks.find((check) => check.status === 'rejected')?.reason;
}

/**
 * Checks that a redis-server is new enough, in general and for the data that is in the folder. One that does not
 * say its version is left to show itself when it is started.
 * @throws StartError redis_unusable
 */
export async function checkRedisProgram(program: string, redisDir: string): Promise<void> {
  const answer = await promisify(execFile)(program, ['--version']).catch(() => ({ stdout: '' }));
  const version = parseRedisVersion(answer.stdout);
  if (version === undefined) return;
  const { major, minor } = version;
  if (!isSupportedRedis(version)) {
    throw new StartError(
      'redis_unusable',
      `${program} is Redis ${major}.${minor}, and Gatehouse needs 6.2 or newer: put a newer redis-server first on PATH, or set redis.url.`,
    );
  }
  // Redis 7 keeps its append-only file in parts in a folder, which Redis 6 would ignore, and start empty.
  if (major < 7 && existsSync(join(redisDir, 'appendonlydir'))) {
    throw new StartError(
      'redis_unusable',
      `${redisDir} was written by Redis 7 or newer, which ${program} (${major}.${minor}) cannot read: put the newer redis-server first on PATH, or choose another folder with --data-dir.`,
    );
  }
}
