import type { DescriptorSource, DomainSource } from './descriptor-source.ts';
import { labelOf } from './parse-descriptors.ts';
import type { RuleProblem } from './problem.ts';
import type { DomainRules, RuleLevel, RuleNode, RuleSet } from './rule.ts';
import { parseWildcard } from './wildcard.ts';

/** Builds the trees that matchRule walks, and finds what only shows when descriptors are side by side. */
export function compileRules(sources: readonly DomainSource[]): { rules: RuleSet; problems: RuleProblem[] } {
  const problems: RuleProblem[] = [];
  const first = new Map<string, DomainSource>();
  const rules = new Map<string, DomainRules>();
  for (const source of sources) {
    const other = first.get(source.name);
    if (other !== undefined) {
      const reason = `domain "${source.name}" is already defined in ${other.place.file}:${other.place.line}`;
      problems.push({ ...source.place, path: 'domain', code: 'duplicate_domain', reason });
      continue;
    }
    first.set(source.name, source);
    const { denied, onStoreFailure } = source;
    const tree = compileLevel(source.descriptors, problems);
    rules.set(source.name, { tree, denied, onStoreFailure });
  }
  return { rules, problems };
}

function compileLevel(descriptors: readonly DescriptorSource[], problems: RuleProblem[]): RuleLevel {
  const level: RuleLevel = { byValue: new Map(), byWildcard: new Map(), byKey: new Map() };
  const lines = new Map<RuleNode, number>();
  for (const descriptor of descriptors) {
    const { key, value, rule, below, place, path, shareThreshold, valueToMetric } = descriptor;
    const twin = value === undefined ? level.byKey.get(key) : level.byValue.get(key)?.get(value);
    if (twin !== undefined) {
      const which = value === undefined ? `key "${key}"` : `key "${key}" with value "${value}"`;
      const reason = `${which} is already on this level in line ${lines.get(twin)}`;
      problems.push({ ...place, path, code: 'duplicate_descriptor', reason });
      continue;
    }
    const sharedValue = shareThreshold ? value : undefined;
    const node: RuleNode = {
      rule,
      below: compileLevel(below, problems),
      sharedValue,
      label: labelOf(key, value),
      valueToMetric:
        valueToMetric && sharedValue === undefined && (value === undefined || value.includes('*')),
    };
    lines.set(node, place.line);
    addNode(level, key, value, node);
  }
  return level;
}

function addNode(level: RuleLevel, key: string, value: string | undefined, node: RuleNode): void {
  if (value === undefined) {
    level.byKey.set(key, node);
    return;
  }
  entryOf(level.byValue, key, () => new Map<string, RuleNode>()).set(value, node);
  const pattern = parseWildcard(value);
  if (pattern !== undefined) entryOf(level.byWildcard, key, () => []).push({ pattern, node });
}

function entryOf<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}
