import fc from 'fast-check';
import type { RlsDescriptor, RlsRequest } from '../../../support/ratelimit.ts';
import { unitBesideYear } from '../window.ts';
import { KEYS, type TreeNode } from './rule-tree.ts';

type Entry = RlsDescriptor['entries'][number];

/** A request before it is known which rules there are: numbers choose among them. */
export interface RequestPlan {
  /** Of the domains; -1 is one that has no rules, -2 none at all. */
  domain: number;
  descriptors: DescriptorPlan[];
  hitsAddend: number | undefined;
}

interface DescriptorPlan {
  /** Which rule of the domain to meet; undefined: the other entries are sent as they are. */
  rule: number | undefined;
  /** What stands for a star, or for a value that the rule does not name. */
  fill: string;
  other: Entry[];
  hits: number | undefined;
  limit: { unit: string; requestsPerUnit: number } | undefined;
}

/** Few, so that buckets are met again. */
const FILLS = ['x', 'y', ''] as const;
const OTHER_VALUES = ['x', 'xy', 'xxy', 'x1z2y', 'y', ''] as const;

const descriptorPlan: fc.Arbitrary<DescriptorPlan> = fc.record({
  rule: fc.option(fc.nat({ max: 1_000 }), { nil: undefined, freq: 5 }),
  fill: fc.constantFrom(...FILLS),
  other: fc.array(fc.record({ key: fc.constantFrom(...KEYS), value: fc.constantFrom(...OTHER_VALUES) }), {
    maxLength: 3,
  }),
  hits: fc.option(fc.nat({ max: 4 }), { nil: undefined, freq: 2 }),
  limit: fc.oneof(
    { weight: 8, arbitrary: fc.constant(undefined) },
    {
      weight: 1,
      arbitrary: fc.record({
        unit: fc.constantFrom('YEAR', unitBesideYear()),
        requestsPerUnit: fc.nat({ max: 6 }),
      }),
    },
  ),
});

/** Requests one after the other. */
export function history(domains: number): fc.Arbitrary<RequestPlan[]> {
  const plan = fc.record({
    domain: fc.oneof(
      { weight: 30, arbitrary: fc.nat({ max: domains - 1 }) },
      { weight: 1, arbitrary: fc.constantFrom(-1, -2) },
    ),
    descriptors: fc.oneof(
      { weight: 30, arbitrary: fc.array(descriptorPlan, { minLength: 1, maxLength: 4 }) },
      { weight: 1, arbitrary: fc.constant<DescriptorPlan[]>([]) },
    ),
    hitsAddend: fc.option(fc.nat({ max: 4 }), { nil: undefined, freq: 2 }),
  });
  return fc.array(plan, { maxLength: 80, size: 'max' });
}

/** The request that a plan means where these are the rules. */
export function requestOf(
  plan: RequestPlan,
  names: readonly string[],
  trees: readonly TreeNode[][],
): RlsRequest {
  const domain = plan.domain === -2 ? '' : (names[plan.domain] ?? 'nowhere');
  const paths = pathsTo(trees[plan.domain] ?? []);
  return {
    domain,
    descriptors: plan.descriptors.map(({ rule, fill, other, hits, limit }) => {
      const path = rule === undefined ? undefined : paths[rule % paths.length];
      return {
        entries: path?.map((node) => entryFor(node, fill)) ?? other,
        ...(hits === undefined ? {} : { hitsAddend: { value: hits } }),
        ...(limit === undefined ? {} : { limit }),
      };
    }),
    ...(plan.hitsAddend === undefined ? {} : { hitsAddend: plan.hitsAddend }),
  };
}

function entryFor({ key, value }: TreeNode, fill: string): Entry {
  return { key, value: value ? value.replaceAll('*', fill) : fill };
}

/** The levels that lead to each rule with a limit, or to each level where there is none. */
function pathsTo(tree: readonly TreeNode[]): TreeNode[][] {
  const all = walk(tree, []);
  const limited = all.filter((path) => path.at(-1)?.rate_limit !== undefined);
  return limited.length > 0 ? limited : all;
}

function walk(level: readonly TreeNode[], above: readonly TreeNode[]): TreeNode[][] {
  return level.flatMap((node) => {
    const path = [...above, node];
    return [path, ...walk(node.descriptors ?? [], path)];
  });
}
