import type { Place, RuleProblem } from '../../rule-files/index.ts';
import type { DescriptorSource, DomainSource } from './descriptor-source.ts';
import { labelOf } from './parse-descriptors.ts';
import type { DomainRules, RuleLevel, RuleNode, RuleSet } from './rule.ts';
import { parseWildcard } from './wildcard.ts';

export interface CompileOptions {
  /** Whether sources may add to a domain that another one defines. */
  mergeDomains?: boolean;
}

/** Builds the trees that matchRule walks, and finds what only shows when descriptors are side by side. */
export function compileRules(
  sources: readonly DomainSource[],
  { mergeDomains = false }: CompileOptions = {},
): { rules: RuleSet; problems: RuleProblem[] } {
  const problems: RuleProblem[] = [];
  const domains = new Map<string, DomainSource>();
  for (const source of sources) {
    const first = domains.get(source.name);
    if (first === undefined) domains.set(source.name, source);
    else if (mergeDomains) domains.set(source.name, mergeDomain(first, source, problems));
    else {
      const reason = `domain "${source.name}" is already defined in ${first.place.file}:${first.place.line}`;
      problems.push({ ...source.place, path: 'domain', code: 'duplicate_domain', reason });
    }
  }
  const rules = new Map<string, DomainRules>();
  for (const { name, denied, slotBy, onStoreFailure, descriptors } of domains.values()) {
    const tree = emptyLevel();
    fillLevel(tree, descriptors, problems, []);
    rules.set(name, { tree, denied, slotBy, onStoreFailure });
  }
  return { rules, problems };
}

function mergeDomain(first: DomainSource, added: DomainSource, problems: RuleProblem[]): DomainSource {
  const settingsOf = ({ denied, slotBy, onStoreFailure }: DomainSource) =>
    JSON.stringify([denied, slotBy, onStoreFailure]);
  if (settingsOf(first) !== settingsOf(added)) {
    const { file, line } = first.place;
    const reason = `expected the same for domain "${added.name}" as in ${file}:${line}`;
    problems.push({ ...added.place, path: 'gatehouse', code: 'conflicting_keys', reason });
  }
  return { ...first, descriptors: [...first.descriptors, ...added.descriptors] };
}

function emptyLevel(): RuleLevel {
  return { byValue: new Map(), byWildcard: new Map(), byKey: new Map() };
}

/** @param above the nodes that lead to the level */
function fillLevel(
  level: RuleLevel,
  descriptors: readonly DescriptorSource[],
  problems: RuleProblem[],
  above: readonly RuleNode[],
): void {
  const places = new Map<RuleNode, Place>();
  for (const descriptor of descriptors) {
    const { key, value, rule, below, place, path, shareThreshold, valueToMetric } = descriptor;
    const twin = value === undefined ? level.byKey.get(key) : level.byValue.get(key)?.get(value);
    const first = twin && places.get(twin);
    if (first !== undefined) {
      const which = value === undefined ? `key "${key}"` : `key "${key}" with value "${value}"`;
      const where = first.file === place.file ? `in line ${first.line}` : `by ${first.file}:${first.line}`;
      const reason = `${which} is already on this level ${where}`;
      problems.push({ ...place, path, code: 'duplicate_descriptor', reason });
      continue;
    }
    const sharedValue = shareThreshold ? value : undefined;
    const node: RuleNode = {
      key,
      match: undefined,
      below: emptyLevel(),
      sharedValue,
      label: labelOf(key, value),
      // A value without a star is the request's too, and one that is shared stands for all of them.
      valueToMetric:
        valueToMetric && sharedValue === undefined && (value === undefined || value.includes('*')),
    };
    const nodes = [...above, node];
    if (rule !== undefined) node.match = { rule, path: nodes };
    fillLevel(node.below, below, problems, nodes);
    places.set(node, place);
    addNode(level, key, value, node);
  }
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
