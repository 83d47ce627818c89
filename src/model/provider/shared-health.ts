import { z } from 'zod';
import type { Redis, RedisKeys } from '../../redis/index.ts';
import { createFailureLog, type Logger } from '../../telemetry/index.ts';
import type { Availability } from './availability.ts';

/** What the processes of an installation tell each other of providers that are not to be asked. */
export interface SharedHealth {
  /** Tells the others. Never waits and never throws: where Redis is away they hear of it once it is back. */
  tell(name: string, availability: Availability): void;
  /** Tells whoever takes jobs whether any provider can be asked at all. */
  tellAny(availability: Availability): void;
  close(): Promise<void>;
}

const stored = z.object({ kind: z.enum(['parked', 'broken']), untilMs: z.int().positive() });

/** How late a process may hear of what another found out. */
const READ_EVERY_MS = 1_000;

/** Longer than any pause; what has passed is not believed anyway. */
const FORGET_AFTER_MS = 24 * 3_600_000;

/** Without Redis each process acts upon what it finds out itself. */
export const NO_SHARED_HEALTH: SharedHealth = { tell() {}, tellAny() {}, async close() {} };

/**
 * Keeps the state of providers in Redis. While Redis is away each process goes by what it has found out itself, and
 * what it has to tell waits.
 * @param heard called with what another process found out; `open` where it has taken back what it had said
 * @param readEveryMs for tests
 */
export function openSharedHealth(
  { redis, keys, logger }: { redis: Redis; keys: RedisKeys; logger: Logger },
  heard: (name: string, availability: Availability) => void,
  readEveryMs = READ_EVERY_MS,
): SharedHealth {
  const failures = createFailureLog({
    logger,
    code: 'model_health_not_shared',
    failing: 'The state of model providers cannot be shared: each worker process goes by its own',
    recovered: 'The state of model providers is shared again',
    now: () => performance.now(),
  });
  /** What is still to be told; a provider's newest state goes over an older one. */
  const untold = new Map<string, Availability>();
  let untoldAny: Availability | undefined;
  /** What was last read or written, by provider. */
  const known = new Map<string, number>();
  let working: Promise<void> | undefined;

  async function tellNow(): Promise<void> {
    for (const [name, availability] of untold) {
      if (availability.kind === 'open') {
        await redis.hdel(keys.modelHealth, name);
        known.delete(name);
      } else {
        await redis.hset(keys.modelHealth, name, JSON.stringify(availability));
        await redis.pexpire(keys.modelHealth, FORGET_AFTER_MS);
        known.set(name, availability.untilMs);
      }
      if (untold.get(name) === availability) untold.delete(name);
    }
    const any = untoldAny;
    if (any === undefined) return;
    if (any.kind === 'open') await redis.del(keys.modelAvailability);
    else await redis.set(keys.modelAvailability, JSON.stringify(any), 'PXAT', any.untilMs);
    if (untoldAny === any) untoldAny = undefined;
  }

  async function hearNow(): Promise<void> {
    const now = Date.now();
    const read = await readSharedHealth(redis, keys, now);
    for (const [name, untilMs] of known) {
      if (read.has(name)) continue;
      known.delete(name);
      if (untilMs > now) heard(name, { kind: 'open' });
    }
    for (const [name, availability] of read) {
      if (known.get(name) === availability.untilMs) continue;
      known.set(name, availability.untilMs);
      heard(name, availability);
    }
  }

  function work(): void {
    working ??= tellNow()
      .then(hearNow)
      .then(failures.succeeded, failures.failed)
      .finally(() => {
        working = undefined;
      });
  }
  const timer = setInterval(work, readEveryMs);
  // A connection that is still being made has not failed; the timer says so of one that is not made in time.
  if (redis.status === 'ready') work();
  else redis.once('ready', work);

  return {
    tell(name, availability) {
      untold.set(name, availability);
      work();
    },
    tellAny(availability) {
      untoldAny = availability;
      work();
    },
    async close() {
      clearInterval(timer);
      redis.off('ready', work);
      await working;
    },
  };
}

/** The providers that are not to be asked now, by name. @throws what Redis throws */
export async function readSharedHealth(
  redis: Redis,
  keys: Pick<RedisKeys, 'modelHealth'>,
  nowMs: number,
): Promise<ReadonlyMap<string, Exclude<Availability, { kind: 'open' }>>> {
  const stated = Object.entries(await redis.hgetall(keys.modelHealth)).flatMap(([name, json]) => {
    const state = parse(json);
    return state !== undefined && state.untilMs > nowMs ? [[name, state] as const] : [];
  });
  return new Map(stated);
}

function parse(json: string): z.infer<typeof stored> | undefined {
  try {
    return stored.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}
