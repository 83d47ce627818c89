import type { DescriptorEntry } from '../rules/match.ts';
import type { RuleLevel, RuleMatch, RuleNode } from '../rules/rule.ts';
import { fitsWildcard } from '../rules/wildcard.ts';

/** Why one descriptor of the rule file was taken, or not, for an entry of the request. */
export interface Candidate {
  key: string;
  /** As the file writes it; absent: any value. */
  value?: string;
  verdict:
    | 'taken'
    /** The value is another one. */
    | 'other_value'
    /** The value does not fit the wildcard. */
    | 'no_fit'
    /** It would do, but one that goes first was taken: an exact value, or a wildcard further up in the file. */
    | 'comes_later';
}

/** How one entry of a descriptor was matched. */
export interface LevelTrace {
  entry: DescriptorEntry;
  /** What the level has for the entry's key, in the order in which it is tried; only some of many exact values. */
  candidates: readonly Candidate[];
  /** The keys that the level has, where it has none for the entry's; else empty. */
  otherKeys: readonly string[];
}

export interface MatchTrace {
  levels: readonly LevelTrace[];
  outcome:
    | { kind: 'matched'; match: RuleMatch }
    /** No candidate of the last traced level was taken; more entries were not looked at. */
    | { kind: 'no_candidate' }
    /** All entries found their place, but there is no limit there; below: the keys that would go on. */
    | { kind: 'no_rule_here'; below: readonly string[] };
}

/** As many of a level's exact values, or keys, as one still reads. */
const MAX_SHOWN = 8;

/** Does what matchRule does and writes down why; a property test holds the two together. */
export function traceMatch(tree: RuleLevel, entries: readonly DescriptorEntry[]): MatchTrace {
  const levels: LevelTrace[] = [];
  let level = tree;
  let match: RuleMatch | undefined;
  for (const entry of entries) {
    const { trace, node } = traceLevel(level, entry);
    levels.push(trace);
    if (node === undefined) return { levels, outcome: { kind: 'no_candidate' } };
    match = node.match;
    level = node.below;
  }
  if (match !== undefined) return { levels, outcome: { kind: 'matched', match } };
  return { levels, outcome: { kind: 'no_rule_here', below: keysOf(level) } };
}

function traceLevel(
  level: RuleLevel,
  entry: DescriptorEntry,
): { trace: LevelTrace; node: RuleNode | undefined } {
  const { key, value } = entry;
  const candidates: Candidate[] = [];
  let taken: RuleNode | undefined;
  const consider = (
    node: RuleNode,
    written: string | undefined,
    miss: 'other_value' | 'no_fit' | undefined,
  ) => {
    const verdict = miss ?? (taken === undefined ? 'taken' : 'comes_later');
    if (verdict === 'taken') taken = node;
    candidates.push({ key, ...(written !== undefined && { value: written }), verdict });
  };

  const exact = level.byValue.get(key)?.get(value);
  if (exact !== undefined) consider(exact, value, undefined);
  const wildcards = level.byWildcard.get(key) ?? [];
  const wildcardNodes = new Set(wildcards.map(({ node }) => node));
  let shown = 0;
  for (const [written, node] of level.byValue.get(key) ?? []) {
    if (node === exact || wildcardNodes.has(node) || shown === MAX_SHOWN) continue;
    shown += 1;
    consider(node, written, 'other_value');
  }
  for (const { pattern, node } of wildcards) {
    if (node === exact) continue;
    const written = [pattern.start, ...pattern.middle, pattern.end].join('*');
    consider(node, written, fitsWildcard(pattern, value) ? undefined : 'no_fit');
  }
  const bare = level.byKey.get(key);
  if (bare !== undefined) consider(bare, undefined, undefined);
  const otherKeys = candidates.length === 0 ? keysOf(level) : [];
  return { trace: { entry, candidates, otherKeys }, node: taken };
}

function keysOf(level: RuleLevel): string[] {
  return [...new Set([...level.byValue.keys(), ...level.byKey.keys()])].slice(0, MAX_SHOWN);
}
