import type { Json, RuleProblem } from '../../rule-files/index.ts';
import { type Located, RuleSource } from '../../rule-files/index.ts';
import type { DomainSource } from './descriptor-source.ts';
import { parseDescriptors } from './parse-descriptors.ts';
import type { DomainSettings } from './parse-rule.ts';
import type { DeniedHits, StoreFailurePolicy } from './rule.ts';
import { readTimeZone } from './time-zone.ts';

export interface ParsedRules {
  /** Undefined where the file gives none. */
  domain: DomainSource | undefined;
  /** All but those between descriptors and between files. */
  problems: RuleProblem[];
  /** What is taken as envoyproxy/ratelimit takes it, but is hardly meant. */
  warnings: RuleProblem[];
}

export interface ParseOptions {
  /** What a file without a `gatehouse` block does with the hits of a refused request. */
  denied?: DeniedHits;
}

/**
 * Reads one file in the format of envoyproxy/ratelimit, or with a `gatehouse` block in Gatehouse's wider one.
 * @param file its name, for the problems' places
 */
export function parseRules(file: string, text: string, options?: ParseOptions): ParsedRules {
  return parseSource(RuleSource.ofText(file, text), options);
}

/** As parseRules, of values that came by another way than a file. */
export function parseRuleValue(name: string, value: Json, options?: ParseOptions): ParsedRules {
  return parseSource(RuleSource.ofValue(name, value), options);
}

function parseSource(source: RuleSource, { denied = 'consume' }: ParseOptions = {}): ParsedRules {
  const domain = readDomain(source, denied);
  return {
    domain,
    problems: source.problems.toSorted(byPlace),
    warnings: source.warnings.toSorted(byPlace),
  };
}

function byPlace(a: RuleProblem, b: RuleProblem): number {
  return a.line - b.line || a.column - b.column;
}

function readDomain(source: RuleSource, deniedByDefault: DeniedHits): DomainSource | undefined {
  const { root } = source;
  if (root === undefined) {
    if (source.problems.length === 0) source.report(undefined, 'missing_key', 'expected a domain', 'domain');
    return undefined;
  }
  const extended = source.has(root, 'gatehouse');
  source.lenient = !extended;
  const fields = source.fields(root, ['domain', 'gatehouse', 'descriptors'], { misplaced: MISPLACED });
  if (fields === undefined) return undefined;
  const { domain, gatehouse, descriptors } = fields;
  const name = domain && source.text(domain);
  const { onStoreFailure, ...settings } = extended
    ? readSettings(source, gatehouse)
    : { extended, denied: deniedByDefault, slotBy: [], timeZone: 'UTC', onStoreFailure: undefined };
  const read = parseDescriptors(source, descriptors, settings);
  if (domain === undefined || name === '') {
    source.report(domain ?? root, 'missing_key', 'expected the name of a domain', 'domain');
  }
  if (!name) return undefined;
  const { denied, slotBy } = settings;
  return { place: source.placeOf(domain), name, denied, slotBy, onStoreFailure, descriptors: read };
}

/** envoyproxy/ratelimit knows its keys, but not where each of them belongs. */
const MISPLACED = Object.fromEntries(
  [
    'key',
    'value',
    'rate_limit',
    'unit',
    'requests_per_unit',
    'unlimited',
    'name',
    'replaces',
    'shadow_mode',
    'quota_mode',
    'detailed_metric',
    'value_to_metric',
    'share_threshold',
    'metadata',
  ].map((key) => [key, 'it belongs into a descriptor']),
);

/** What the file's `gatehouse` block says for all of its rules. */
function readSettings(
  source: RuleSource,
  at: Located | undefined,
): DomainSettings & { onStoreFailure: StoreFailurePolicy | undefined } {
  const fields = at && source.fields(at, ['denied', 'on_store_failure', 'slot_by', 'time_zone']);
  const { denied, on_store_failure, slot_by, time_zone } = fields ?? {};
  return {
    extended: true,
    denied: (denied && source.choice(denied, ['free', 'consume'])) ?? 'free',
    slotBy: slot_by === undefined ? [] : source.items(slot_by).flatMap((item) => source.text(item) || []),
    timeZone: (time_zone && readTimeZone(source, time_zone)) ?? 'UTC',
    onStoreFailure: on_store_failure && source.choice(on_store_failure, ['deny', 'allow', 'local']),
  };
}
