import { createHash } from 'node:crypto';
import type { RedisKeys } from '../../redis/index.ts';
import type { DescriptorEntry } from '../rules/match.ts';
import type { Limit } from '../rules/rule.ts';

/** Longer names are replaced by their digest, so that a caller's long value does not make a long key. */
const MAX_NAME_LENGTH = 200;

/**
 * The key of a descriptor's bucket. It is made of the request's entries, so each value that a rule without a value
 * (or with a wildcard) matches has a bucket of its own.
 * @param entries with the wildcard in place of the value where its matches share a bucket
 * @param slotBy see Rule.slotBy. It must not depend on what else a request asks: a bucket would have several keys.
 */
export function bucketKey(
  keys: Pick<RedisKeys, 'bucket'>,
  domain: string,
  entries: readonly DescriptorEntry[],
  limit: Limit,
  slotBy: readonly string[] = [],
): string {
  const shared = slotBy.flatMap((wanted) => entries.find(({ key }) => key === wanted) ?? []);
  const slot = shared.length === 0 ? undefined : bucketName(shared);
  return keys.bucket(domain, bucketName(entries), bucketWindow(limit), slot);
}

/** Buckets of different algorithms or windows never share a count. */
function bucketWindow({ algorithm, unit, unitMultiplier }: Limit): string {
  const window = unitMultiplier === 1 ? unit : `${unitMultiplier}${unit}`;
  return algorithm.kind === 'fixed_window' ? window : `${algorithm.kind}-${window}`;
}

/** JSON keeps apart what a plain join would confuse: `a_b` and `a` with `b`. */
function bucketName(entries: readonly DescriptorEntry[]): string {
  const name = JSON.stringify(entries.flatMap(({ key, value }) => [key, value]));
  return name.length <= MAX_NAME_LENGTH ? name : createHash('sha256').update(name).digest('base64url');
}
