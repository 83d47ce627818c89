import { parseUnit, UNIT_SECONDS, type Unit } from '../unit.ts';
import { suggestNearest } from './nearest.ts';
import type { Place, RuleProblem } from './problem.ts';
import type { Limit, Rule } from './rule.ts';
import { type Located, RuleSource } from './source.ts';

/** A descriptor as a file writes it. */
export interface DescriptorSource {
  place: Place;
  path: string;
  key: string;
  /** Absent: any value. */
  value: string | undefined;
  rule: Rule | undefined;
  below: DescriptorSource[];
}

export interface DomainSource {
  place: Place;
  name: string;
  descriptors: DescriptorSource[];
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
  const fields = source.fields(root, ['domain', 'descriptors']);
  if (fields === undefined) return undefined;
  const { domain, descriptors } = fields;
  const name = domain && source.text(domain);
  const read = readDescriptors(source, descriptors, 1);
  if (domain === undefined || name === '') {
    source.report(domain ?? root, 'missing_key', 'expected the name of a domain', 'domain');
  }
  return name ? { place: source.placeOf(domain), name, descriptors: read } : undefined;
}

function readDescriptors(source: RuleSource, at: Located | undefined, level: number): DescriptorSource[] {
  if (at === undefined) return [];
  if (level > MAX_LEVELS) {
    source.report(at, 'too_deep', `expected at most ${MAX_LEVELS} levels`);
    return [];
  }
  return source.items(at).flatMap((item) => readDescriptor(source, item, level) ?? []);
}

function readDescriptor(source: RuleSource, at: Located, level: number): DescriptorSource | undefined {
  const fields = source.fields(at, ['key', 'value', 'rate_limit', 'shadow_mode', 'descriptors']);
  if (fields === undefined) return undefined;
  const key = fields.key && source.text(fields.key);
  const value = fields.value && source.text(fields.value);
  const shadowMode = fields.shadow_mode !== undefined && source.flag(fields.shadow_mode);
  const rule = fields.rate_limit && readRule(source, fields.rate_limit, shadowMode);
  const below = readDescriptors(source, fields.descriptors, level + 1);
  if (fields.key === undefined || key === '') {
    source.report(fields.key ?? at, 'missing_key', 'expected a key', `${at.path}.key`);
  }
  // An empty value means any value, as for envoyproxy/ratelimit.
  return key
    ? { place: source.placeOf(at), path: at.path, key, value: value || undefined, rule, below }
    : undefined;
}

function readRule(source: RuleSource, at: Located, shadowMode: boolean): Rule | undefined {
  const fields = source.fields(at, ['unit', 'requests_per_unit', 'unlimited', 'name']);
  if (fields === undefined) return undefined;
  const name = (fields.name && source.text(fields.name)) ?? '';
  if (fields.unlimited !== undefined && source.flag(fields.unlimited)) {
    if (fields.unit) source.report(fields.unit, 'unlimited_with_unit', 'expected no unit beside unlimited');
    return { name, limit: 'unlimited', shadowMode };
  }
  const limit = readLimit(source, at, fields.unit, fields.requests_per_unit);
  return limit && { name, limit, shadowMode };
}

function readLimit(
  source: RuleSource,
  at: Located,
  unitAt: Located | undefined,
  countAt: Located | undefined,
): Limit | undefined {
  if (unitAt === undefined) source.report(at, 'missing_key', `expected ${UNITS}`, `${at.path}.unit`);
  if (countAt === undefined) {
    // envoyproxy/ratelimit reads this as 0 and refuses everything, which is hardly ever meant.
    const path = `${at.path}.requests_per_unit`;
    source.report(at, 'missing_key', 'expected a whole number (0 refuses everything)', path);
  }
  const unit = unitAt && readUnit(source, unitAt);
  const requestsPerUnit = countAt && source.count(countAt, MAX_REQUESTS_PER_UNIT);
  return unit === undefined || requestsPerUnit === undefined
    ? undefined
    : { requestsPerUnit, unit, unitMultiplier: 1 };
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
