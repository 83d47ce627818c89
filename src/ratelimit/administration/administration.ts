import type { AuditLog } from '../../audit/index.ts';
import type { Redis, RedisKeys } from '../../redis/index.ts';
import type { DecideChecks } from '../algorithms/bucket.ts';
import { explain } from '../explain/explain.ts';
import type { ExplainedLimit, Explanation } from '../explain/explanation.ts';
import { createPlanner } from '../limiter/plan.ts';
import { type Consumer, consumersOf } from '../offenders/consumers.ts';
import { createSharedOffenders, type OffenderList } from '../offenders/shared-offenders.ts';
import { checkOverrideTarget } from '../overrides/fits-rules.ts';
import { isExpired, type LimitOverride, type OverrideTarget, overrideId } from '../overrides/override.ts';
import { createOverrideSet } from '../overrides/override-set.ts';
import { createOverrideStore, MAX_OVERRIDES } from '../overrides/store.ts';
import type { RateLimitRequest } from '../rls/message.ts';
import { type ListedRules, listRules } from '../rules/list-rules.ts';
import type { DescriptorEntry } from '../rules/match.ts';
import type { RuleSet } from '../rules/rule.ts';
import { createSharedRulesStatus, type RulesStatusList } from '../status/shared-status.ts';
import { LimitsError } from './error.ts';
import { checkPlainText } from './plain-text.ts';

export interface SetOverride extends OverrideTarget {
  requests: LimitOverride['requests'];
  burst?: number | undefined;
  reason?: string | undefined;
  /** How long it holds; for ever when absent. */
  expiresInMs?: number | undefined;
}

export type ListedOverride = LimitOverride & { id: string };

/** A descriptor in a domain, as a request brings it. */
export interface DescriptorName {
  domain: string;
  entries: readonly DescriptorEntry[];
}

/** What operators do with limits. `actor` says who, for the audit. */
export interface LimitAdministration {
  /**
   * Sets a limit's figure for some descriptors, in every process at once.
   * @returns the override, and the one that it replaced
   * @throws LimitsError unknown_domain, unknown_limit, invalid_override or too_many_overrides; RulesError
   */
  setOverride(
    request: SetOverride,
    actor: string,
  ): Promise<{ override: ListedOverride; replaced: ListedOverride | undefined }>;
  /** @returns the override that was taken away; undefined where there was none */
  unsetOverride(id: string, actor: string): Promise<ListedOverride | undefined>;
  /** Those in force, by domain, limit and entries. */
  listOverrides(): Promise<ListedOverride[]>;
  /** @throws RulesError */
  explain(descriptor: DescriptorName, hits: number): Promise<Explanation>;
  /**
   * The limits of a descriptor and what is counted of them.
   * @throws LimitsError unknown_limit where it meets none; RulesError
   */
  peek(descriptor: DescriptorName): Promise<readonly ExplainedLimit[]>;
  /**
   * Empties the buckets of a descriptor.
   * @returns its limits, as they were before
   * @throws LimitsError unknown_limit where it meets none; RulesError
   */
  reset(descriptor: DescriptorName, actor: string): Promise<readonly ExplainedLimit[]>;
  /**
   * Gives hits back to the buckets of a descriptor.
   * @param hits from 1
   * @returns its limits, as they are then
   * @throws LimitsError unknown_limit where it meets none; RulesError
   */
  refund(descriptor: DescriptorName, hits: number, actor: string): Promise<readonly ExplainedLimit[]>;
  /** Whom the limits have refused most in the last hour. */
  offenders(limit: number): Promise<OffenderList>;
  /** Which clients the limits have refused the largest part of their requests of, in the last hour. */
  consumers(limit: number): Promise<ConsumerList>;
  /**
   * The rules of the files, as they are now.
   * @param maxNodes levels of them at most
   * @throws RulesError; LimitsError rules_elsewhere
   */
  rules(maxNodes: number): Promise<ListedRules>;
  /** Which rules each running process has, and whether it refused newer ones. */
  status(): Promise<RulesStatusList>;
}

export interface ConsumerList extends Pick<OffenderList, 'error' | 'since'> {
  /** The largest part first. */
  consumers: readonly Consumer[];
}

export interface LimitAdministrationOptions {
  redis: Redis;
  keys: RedisKeys;
  audit: AuditLog;
  decide: DecideChecks;
  /** @param buckets keys, at least one, all of one descriptor */
  deleteBuckets(buckets: readonly string[]): Promise<void>;
  /** Reads the rules as they are now. */
  loadRules(): Promise<RuleSet>;
  /** Milliseconds since the epoch. */
  now(): number;
}

export function createLimitAdministration(options: LimitAdministrationOptions): LimitAdministration {
  const { redis, keys, audit, decide, deleteBuckets, loadRules, now } = options;
  const overrides = createOverrideStore(redis, keys);
  const shared = createSharedOffenders(redis, keys, now);
  const status = createSharedRulesStatus(redis, keys);
  const plan = createPlanner(keys);

  const inForce = async () => {
    const [rules, all] = await Promise.all([loadRules(), overrides.list()]);
    return { rules, overrides: createOverrideSet([...all.values()], now) };
  };
  const explainNow = async ({ domain, entries }: DescriptorName, hits: number) =>
    explain({ ...(await inForce()), keys, dryRun: decide, domain, entries, hits });
  const limitsOf = async (descriptor: DescriptorName) => {
    const { result } = await explainNow(descriptor, 1);
    if (result.kind === 'limited') return result.limits;
    const what = `${descriptor.domain} ${descriptorText(descriptor.entries)}`;
    throw new LimitsError(
      'unknown_limit',
      `${what} meets no limit that counts: 'gatehouse limits explain' says why.`,
    );
  };

  return {
    async setOverride({ domain, limit, entries, requests, burst, reason, expiresInMs }, actor) {
      const nowMs = now();
      checkPlainText([...entryTexts(Object.entries(entries)), ['The reason', reason ?? '']]);
      checkOverrideTarget(await loadRules(), { domain, limit, entries }, burst !== undefined);
      const override: LimitOverride = {
        ...{ domain, limit, entries, requests },
        ...(burst !== undefined && { burst }),
        ...(reason !== undefined && { reason }),
        setAt: new Date(nowMs).toISOString(),
        setBy: actor,
        ...(expiresInMs !== undefined && { expiresAt: expiry(nowMs, expiresInMs) }),
      };
      const id = overrideId(override);
      const details = { id, requests, burst, reason, expiresAt: override.expiresAt };
      const before = await overrides.set(id, override, {
        ...{ actor, action: 'override.set', target: targetText(override), details },
      });
      if (before === 'full') {
        throw new LimitsError(
          'too_many_overrides',
          `There are ${MAX_OVERRIDES} overrides already: take one away, or put this into the rule file.`,
        );
      }
      return { override: { id, ...override }, replaced: before && { id, ...before } };
    },
    async unsetOverride(id, actor) {
      const there = await overrides.get(id);
      if (there === undefined) return undefined;
      const removed = await overrides.unset(id, {
        ...{ actor, action: 'override.unset', target: targetText(there), details: { id } },
      });
      return removed && { id, ...removed };
    },
    async listOverrides() {
      const nowMs = now();
      return [...(await overrides.list())]
        .filter(([, override]) => !isExpired(override, nowMs))
        .map(([id, override]) => ({ id, ...override }))
        .sort((a, b) => (targetText(a) < targetText(b) ? -1 : 1));
    },
    explain: explainNow,
    peek: limitsOf,
    async reset(descriptor, actor) {
      checkPlainText(descriptorTexts(descriptor));
      const limits = await limitsOf(descriptor);
      const buckets = limits.flatMap(({ bucket }) => bucket ?? []);
      await audit.append({ actor, action: 'bucket.reset', target: bucketText(descriptor) });
      if (buckets.length > 0) await deleteBuckets(buckets);
      return limits;
    },
    async refund(descriptor, hits, actor) {
      checkPlainText(descriptorTexts(descriptor));
      const limits = await limitsOf(descriptor);
      if (limits.every(({ limit }) => limit.algorithm.kind === 'concurrency')) {
        throw new LimitsError(
          'not_refundable',
          'This limit counts what runs now, which ends by itself: there is nothing to give back.',
        );
      }
      const rules = await inForce();
      const { check } = plan(rules.rules, refundRequest(descriptor, hits), 'refund', rules.overrides);
      await audit.append({
        actor,
        action: 'bucket.refund',
        target: bucketText(descriptor),
        details: { hits },
      });
      await decide([check]);
      return limitsOf(descriptor);
    },
    offenders: (limit) => shared.list(limit),
    async consumers(limit) {
      const { offenders, error, since } = await shared.list(Number.POSITIVE_INFINITY);
      return { consumers: consumersOf(offenders).slice(0, limit), error, since };
    },
    rules: async (maxNodes) => listRules(await loadRules(), maxNodes),
    status: status.list,
  };
}

function refundRequest({ domain, entries }: DescriptorName, hits: number): RateLimitRequest {
  const descriptor = {
    entries: [...entries],
    limit: null,
    hits_addend: { value: hits },
    is_negative_hits: true,
  };
  return { domain, descriptors: [descriptor], hits_addend: 0 };
}

function expiry(nowMs: number, expiresInMs: number): string {
  const at = new Date(nowMs + expiresInMs);
  if (!(expiresInMs > 0) || Number.isNaN(at.getTime()) || at.getUTCFullYear() > 9999) {
    throw new LimitsError(
      'invalid_override',
      'An override must expire in the future, before the year 10000.',
    );
  }
  return at.toISOString();
}

function targetText({ domain, limit, entries }: OverrideTarget): string {
  const named = Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));
  return [domain, limit, ...named.map(([key, value]) => `${key}=${value}`)].join(' ');
}

function entryTexts(entries: readonly (readonly [key: string, value: string])[]): [string, string][] {
  return entries.flatMap(([key, value]): [string, string][] => [
    ['The key of an entry', key],
    [`The value of ${key}`, value],
  ]);
}

function descriptorTexts({ domain, entries }: DescriptorName): [string, string][] {
  return [['The domain', domain], ...entryTexts(entries.map(({ key, value }) => [key, value]))];
}

function bucketText({ domain, entries }: DescriptorName): string {
  return `${domain} ${descriptorText(entries)}`;
}

function descriptorText(entries: readonly DescriptorEntry[]): string {
  return entries.map(({ key, value }) => `${key}=${value}`).join(' ');
}
