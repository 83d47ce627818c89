import { createHash } from 'node:crypto';
import type { BucketKeyOf, RedisKeys } from '../../redis/index.ts';
import type { DescriptorEntry } from '../rules/match.ts';
import type { Limit, RuleMatch } from '../rules/rule.ts';

/** Longer names are replaced by their digest, so that a caller's long value does not make a long key. */
const MAX_NAME_LENGTH = 200;

/**
 * The keys of the buckets of one rule, with what all descriptors share made once. A key is made of the request's entries,
 * so each value that a rule without a value (or with a wildcard) matches has a bucket of its own; values that share a
 * threshold are counted under the wildcard that they fit.
 */
export class BucketKeys {
  readonly #path: RuleMatch['path'];
  /** Of a rule with a path: its name's text before each value. */
  readonly #beforeValues: readonly string[];
  readonly #slotBy: readonly string[];
  /** One for each limit of the rule. */
  readonly #keys: readonly BucketKeyOf[];

  constructor(keys: Pick<RedisKeys, 'buckets'>, domain: string, { rule, path }: RuleMatch) {
    this.#path = path;
    this.#beforeValues = path.map(({ key }, index) => `${index === 0 ? '[' : ','}${JSON.stringify(key)},`);
    this.#slotBy = rule.slotBy;
    const limits = rule.limits === 'unlimited' ? [] : rule.limits;
    this.#keys = limits.map((limit) => keys.buckets(domain, windowName(limit)));
  }

  /** What tells a descriptor's buckets from those of others. JSON keeps apart what a join would confuse: `a_b`, and `a` with `b`. */
  nameOf(entries: readonly DescriptorEntry[]): string {
    if (this.#path.length === 0) return bucketName(entries);
    let name = '';
    for (let index = 0; index < this.#path.length; index += 1) {
      const value = this.#path[index]?.sharedValue ?? (entries[index] as DescriptorEntry).value;
      name += (this.#beforeValues[index] as string) + quoted(value);
    }
    return shortened(`${name}]`);
  }

  /** What the descriptor's buckets share with others that lie in one hash slot with them; see Rule.slotBy. */
  slotOf(entries: readonly DescriptorEntry[]): string | undefined {
    if (this.#slotBy.length === 0) return undefined;
    // It must not depend on what else a request asks: a bucket would have several keys.
    const shared = this.#slotBy.flatMap(
      (wanted) => this.#shared(entries).find(({ key }) => key === wanted) ?? [],
    );
    return shared.length === 0 ? undefined : bucketName(shared);
  }

  /**
   * @param limit its place in the rule
   * @param name as from nameOf
   * @param slot as from slotOf
   */
  keyOf(limit: number, name: string, slot: string | undefined): string {
    return (this.#keys[limit] as BucketKeyOf)(name, slot);
  }

  #shared(entries: readonly DescriptorEntry[]): readonly DescriptorEntry[] {
    return entries.map(({ key, value }, index) => ({ key, value: this.#path[index]?.sharedValue ?? value }));
  }
}

/** Buckets of different algorithms or windows never share a count. */
function windowName({ algorithm, unit, unitMultiplier }: Limit): string {
  const window = unitMultiplier === 1 ? unit : `${unitMultiplier}${unit}`;
  return algorithm.kind === 'fixed_window' ? window : `${algorithm.kind}-${window}`;
}

function bucketName(entries: readonly DescriptorEntry[]): string {
  return shortened(JSON.stringify(entries.flatMap(({ key, value }) => [key, value])));
}

function shortened(name: string): string {
  return name.length <= MAX_NAME_LENGTH ? name : createHash('sha256').update(name).digest('base64url');
}

/** Printable ASCII that JSON writes as it is (RFC 8259, section 7). */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
