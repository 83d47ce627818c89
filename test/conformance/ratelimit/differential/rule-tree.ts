import fc from 'fast-check';
import { stringify } from 'yaml';
import type { Release } from '../case.ts';

/** A descriptor of a rule file. */
export interface TreeNode {
  key: string;
  value?: string;
  rate_limit?: Record<string, unknown>;
  descriptors?: TreeNode[];
  [flag: string]: unknown;
}

/**
 * Few keys and values, so that requests meet rules; without underscores, by which envoyproxy/ratelimit joins them.
 */
export const KEYS = ['a', 'b', 'c'] as const;
const VALUES = ['x', 'xy', '', 'x*', '*', 'xx*'] as const;
const VALUES_SINCE_2026_07 = ['*y', 'x*y', 'x*z*y'] as const;
const NAMES = ['one', 'two', 'three'] as const;
const MAX_DEPTH = 3;

/** The descriptors of a domain. */
export function ruleTree(release: Release): fc.Arbitrary<TreeNode[]> {
  return level(release, 1);
}

/** The same without the keys that concern metrics alone, with which envoyproxy/ratelimit loses a rule's metadata. */
export function withoutMetricKeys(descriptors: readonly TreeNode[]): TreeNode[] {
  return descriptors.map(({ detailed_metric: _, value_to_metric: __, ...node }) => ({
    ...node,
    ...(node.descriptors ? { descriptors: withoutMetricKeys(node.descriptors) } : {}),
  }));
}

export function ruleFile(domain: string, descriptors: readonly TreeNode[]): string {
  return stringify({ domain, descriptors });
}

function level(release: Release, depth: number): fc.Arbitrary<TreeNode[]> {
  return fc.uniqueArray(node(release, depth), {
    minLength: depth === 1 ? 3 : 0,
    maxLength: depth === 1 ? 8 : 4,
    selector: ({ key, value }) => JSON.stringify([key, value ?? '']),
  });
}

function node(release: Release, depth: number): fc.Arbitrary<TreeNode> {
  const values = release >= '2026-07' ? [...VALUES, ...VALUES_SINCE_2026_07] : VALUES;
  const below =
    depth < MAX_DEPTH
      ? fc.option(
          fc.constant(null).chain(() => level(release, depth + 1)),
          { nil: undefined, freq: 2 },
        )
      : fc.constant(undefined);
  return fc
    .record({
      key: fc.constantFrom(...KEYS),
      value: fc.option(fc.constantFrom(...values), { nil: undefined }),
      rate_limit: fc.option(rateLimit, { nil: undefined, freq: 4 }),
      descriptors: below,
      flags: flags(release),
      share_threshold: fc.boolean(),
    })
    .map(({ key, value, rate_limit, descriptors, flags: chosen, share_threshold }) => ({
      key,
      ...(value === undefined ? {} : { value }),
      ...(rate_limit === undefined ? {} : { rate_limit }),
      ...chosen,
      ...(share_threshold && value?.includes('*') ? { share_threshold } : {}),
      ...(descriptors === undefined ? {} : { descriptors }),
    }));
}

const rateLimit: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  { weight: 1, arbitrary: named({ unlimited: fc.constant(true) }) },
  {
    weight: 6,
    arbitrary: named({ unit: fc.constantFrom('year', 'YEAR'), requests_per_unit: fc.nat({ max: 6 }) }),
  },
);

function named(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .record({
      ...fields,
      name: fc.option(fc.constantFrom(...NAMES), { nil: undefined }),
      replaced: fc.option(fc.subarray([...NAMES], { minLength: 1 }), { nil: undefined, freq: 2 }),
    })
    .map(({ name, replaced, ...limit }) => {
      const others = (replaced as string[] | undefined)?.filter((other) => other !== name) ?? [];
      return {
        ...limit,
        ...(name === undefined ? {} : { name }),
        ...(others.length === 0 ? {} : { replaces: others.map((other) => ({ name: other })) }),
      };
    });
}

function flags(release: Release): fc.Arbitrary<Record<string, unknown>> {
  const sometimes = fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant(true) },
  );
  return fc
    .record({
      shadow_mode: sometimes,
      detailed_metric: sometimes,
      value_to_metric: sometimes,
      ...(release >= '2026-07'
        ? { quota_mode: sometimes, metadata: fc.option(metadata, { nil: undefined, freq: 2 }) }
        : {}),
    })
    .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));
}

/** Without objects in it: envoyproxy/ratelimit merges one rule's into another's, and keeps the result. */
const metadata = fc.dictionary(
  fc.constantFrom('p', 'q', 'r'),
  fc.oneof(fc.nat({ max: 9 }), fc.constantFrom('text', true)),
  { maxKeys: 3 },
);
