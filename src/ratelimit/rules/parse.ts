import { parseUnit, UNIT_SECONDS, type Unit } from '../unit.ts';
import { suggestNearest } from './nearest.ts';
import type { Place, RuleProblem } from './problem.ts';
import type { DeniedHits, Json, Limit, Rule, StoreFailurePolicy } from './rule.ts';
import { type Located, RuleSource } from './source.ts';

/** A descriptor as a file writes it. */
export interface DescriptorSource {
  place: Place;
  path: string;
  key: string;
  /** Absent: any value. */
  value: string | undefined;
  rule: Rule | undefined;
  /** All values that fit the wildcard share one bucket. */
  shareThreshold: boolean;
  valueToMetric: boolean;
  below: DescriptorSource[];
}

export interface DomainSource {
  place: Place;
  name: string;
  denied: DeniedHits;
  onStoreFailure: StoreFailurePolicy | undefined;
  descriptors: DescriptorSource[];
}

/** What the file's `gatehouse` block says for all of its rules. */
interface DomainSettings {
  denied: DeniedHits;
  onStoreFailure: StoreFailurePolicy | undefined;
}

/** More levels than any Envoy sends; also what ends an alias that leads to itself. */
const MAX_LEVELS = 32;
/** requests_per_unit is a uint32 on the wire. */
const MAX_REQUESTS_PER_UNIT = 2 ** 32 - 1;

/**
 * Reads one file in the format of envoyproxy/ratelimit.
 * @param file its name, for the problems' places
 * @returns its domain, undefined where it gives none; and all problems but those between descriptors
 */
export function parseRules(
  file: string,
  text: string,
): { domain: DomainSource | undefined; problems: RuleProblem[] } {
  const source = new RuleSource(file, text);
  const domain = readDomain(source);
  return { domain, problems: source.problems };
}

function readDomain(source: RuleSource): DomainSource | undefined {
  const { root } = source;
  if (root === undefined) {
    if (source.problems.length === 0) source.report(undefined, 'missing_key', 'expected a domain', 'domain');
    return undefined;
  }
  const fields = source.fields(root, ['domain', 'gatehouse', 'descriptors']);
  if (fields === undefined) return undefined;
  const { domain, gatehouse, descriptors } = fields;
  const name = domain && source.text(domain);
  const settings = readSettings(source, gatehouse);
  const read = readDescriptors(source, descriptors, settings, 1);
  if (domain === undefined || name === '') {
    source.report(domain ?? root, 'missing_key', 'expected the name of a domain', 'domain');
  }
  return name ? { place: source.placeOf(domain), name, ...settings, descriptors: read } : undefined;
}

/** A file without the block is as envoyproxy/ratelimit has it: a refused request is charged all the same. */
function readSettings(source: RuleSource, at: Located | undefined): DomainSettings {
  if (at === undefined) return { denied: 'consume', onStoreFailure: undefined };
  const fields = source.fields(at, ['denied', 'on_store_failure']);
  const { denied, on_store_failure } = fields ?? {};
  return {
    denied: (denied && source.choice(denied, ['consume', 'free'])) ?? 'free',
    onStoreFailure: on_store_failure && source.choice(on_store_failure, ['deny', 'allow', 'local']),
  };
}

function readDescriptors(
  source: RuleSource,
  at: Located | undefined,
  settings: DomainSettings,
  level: number,
): DescriptorSource[] {
  if (at === undefined) return [];
  if (level > MAX_LEVELS) {
    source.report(at, 'too_deep', `expected at most ${MAX_LEVELS} levels`);
    return [];
  }
  return source.items(at).flatMap((item) => readDescriptor(source, item, settings, level) ?? []);
}

const DESCRIPTOR_KEYS = [
  'key',
  'value',
  'rate_limit',
  'descriptors',
  'shadow_mode',
  'quota_mode',
  'detailed_metric',
  'value_to_metric',
  'share_threshold',
  'metadata',
] as const;

function readDescriptor(
  source: RuleSource,
  at: Located,
  settings: DomainSettings,
  level: number,
): DescriptorSource | undefined {
  const fields = source.fields(at, DESCRIPTOR_KEYS);
  if (fields === undefined) return undefined;
  const key = fields.key && source.text(fields.key);
  const value = (fields.value && source.text(fields.value)) || undefined;
  const flag = (field: Located | undefined) => field !== undefined && source.flag(field);
  const rule = readRule(source, fields.rate_limit, {
    denied: settings.denied,
    shadowMode: flag(fields.shadow_mode),
    quotaMode: flag(fields.quota_mode),
    detailedMetric: flag(fields.detailed_metric),
    metadata: readMetadata(source, fields.metadata),
  });
  const shareThreshold = flag(fields.share_threshold);
  const below = readDescriptors(source, fields.descriptors, settings, level + 1);
  if (fields.key === undefined || key === '') {
    source.report(fields.key ?? at, 'missing_key', 'expected a key', `${at.path}.key`);
  }
  if (shareThreshold && !value?.includes('*')) {
    source.report(fields.share_threshold, 'no_wildcard', 'expected a value with a * beside share_threshold');
  }
  if (!key) return undefined;
  // An empty value means any value, as for envoyproxy/ratelimit.
  return {
    place: source.placeOf(at),
    path: at.path,
    key,
    value,
    rule,
    shareThreshold,
    valueToMetric: flag(fields.value_to_metric),
    below,
  };
}

function readMetadata(source: RuleSource, at: Located | undefined): Rule['metadata'] {
  const value = at && source.json(at);
  if (value === undefined) return undefined;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as { readonly [key: string]: Json };
  }
  source.report(at, 'wrong_type', 'expected keys and values');
  return undefined;
}

interface RuleModes extends Pick<Rule, 'denied' | 'quotaMode' | 'detailedMetric' | 'metadata'> {
  shadowMode: boolean;
}

function readRule(
  source: RuleSource,
  at: Located | undefined,
  { shadowMode, ...modes }: RuleModes,
): Rule | undefined {
  const fields = at && source.fields(at, ['unit', 'requests_per_unit', 'unlimited', 'name', 'replaces']);
  if (fields === undefined) return undefined;
  const name = (fields.name && source.text(fields.name)) ?? '';
  const replaces = readReplaces(source, fields.replaces, name);
  if (fields.unlimited !== undefined && source.flag(fields.unlimited)) {
    if (fields.unit) source.report(fields.unit, 'unlimited_with_unit', 'expected no unit beside unlimited');
    return { name, limits: 'unlimited', replaces, ...modes };
  }
  const window = readWindow(source, at, fields.unit, fields.requests_per_unit);
  return window && { name, limits: [{ name, shadowMode, ...window }], replaces, ...modes };
}

function readReplaces(source: RuleSource, at: Located | undefined, ownName: string): string[] {
  if (at === undefined) return [];
  return source.items(at).flatMap((item) => {
    const fields = source.fields(item, ['name']);
    if (fields === undefined) return [];
    const name = fields.name && source.text(fields.name);
    if (!name) {
      const path = `${item.path}.name`;
      source.report(fields.name ?? item, 'missing_key', 'expected the name of a rule', path);
      return [];
    }
    if (name === ownName) {
      source.report(fields.name, 'replaces_itself', 'expected the name of another rule');
      return [];
    }
    return [name];
  });
}

function readWindow(
  source: RuleSource,
  at: Located | undefined,
  unitAt: Located | undefined,
  countAt: Located | undefined,
): Omit<Limit, 'name' | 'shadowMode'> | undefined {
  if (unitAt === undefined) source.report(at, 'missing_key', `expected ${UNITS}`, `${at?.path}.unit`);
  if (countAt === undefined) {
    // envoyproxy/ratelimit reads this as 0 and refuses everything, which is hardly ever meant.
    const path = `${at?.path}.requests_per_unit`;
    source.report(at, 'missing_key', 'expected a whole number (0 refuses everything)', path);
  }
  const unit = unitAt && readUnit(source, unitAt);
  const requests = countAt && source.count(countAt, MAX_REQUESTS_PER_UNIT);
  if (unit === undefined || requests === undefined) return undefined;
  const windowMs = UNIT_SECONDS[unit] * 1000;
  return { requests, unit, unitMultiplier: 1, algorithm: { kind: 'fixed_window', windowMs } };
}

const UNIT_NAMES = Object.keys(UNIT_SECONDS);
const UNITS = `one of ${UNIT_NAMES.join(', ')}`;

function readUnit(source: RuleSource, at: Located): Unit | undefined {
  const text = source.text(at);
  const unit = text === undefined ? undefined : parseUnit(text);
  if (text !== undefined && unit === undefined) {
    const nearest = suggestNearest(text.toLowerCase(), UNIT_NAMES);
    source.report(at, 'invalid_unit', `expected ${UNITS}, got "${text}"${nearest}`);
  }
  return unit;
}
