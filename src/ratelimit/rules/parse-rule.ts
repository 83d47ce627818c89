import type { Located, RuleSource } from '../../rule-files/index.ts';
import { type LimitSettings, parseLimit } from './parse-limit.ts';
import { parseReplaces } from './parse-replaces.ts';
import type { DeniedHits, Limit, Rule } from './rule.ts';

/** What a file says for all of its rules. */
export interface DomainSettings {
  /** Whether the file has a `gatehouse` block and may use what envoyproxy/ratelimit does not know. */
  extended: boolean;
  denied: DeniedHits;
  /** See Rule.slotBy. */
  slotBy: readonly string[];
  /** Of quotas that name none. */
  timeZone: string;
}

/** The parts of a descriptor that make its rule. */
export interface RuleFields {
  rate_limit?: Located;
  rate_limits?: Located;
  shadow_mode?: Located;
  quota_mode?: Located;
  detailed_metric?: Located;
  metadata?: Located;
  denied?: Located;
}

const LIMIT_KEYS = ['unit', 'requests_per_unit', 'unlimited', 'name', 'replaces'] as const;
const EXTENDED_LIMIT_KEYS = [
  'algorithm',
  'window',
  'burst',
  'lease',
  'period',
  'time_zone',
  'shadow_mode',
] as const;

type LimitKey = (typeof LIMIT_KEYS | typeof EXTENDED_LIMIT_KEYS)[number];

const MISPLACED = Object.fromEntries([
  ...[
    'shadow_mode',
    'quota_mode',
    'detailed_metric',
    'value_to_metric',
    'share_threshold',
    'metadata',
    'key',
    'value',
    'descriptors',
    'rate_limit',
  ].map((key) => [key, 'it belongs beside rate_limit']),
  ['domain', 'it belongs to the top of the file'],
]);

/**
 * The rule of one descriptor.
 * @param at the descriptor
 * @param label what metrics call the rule
 * @returns undefined where it has none, or what it has cannot be used
 */
export function parseRule(
  source: RuleSource,
  at: Located,
  fields: RuleFields,
  settings: DomainSettings,
  label: string,
): Rule | undefined {
  const { rate_limit: single, rate_limits: several } = fields;
  const flag = (field: Located | undefined) => field !== undefined && source.flag(field);
  const shadowMode = flag(fields.shadow_mode);
  const modes = {
    place: source.placeOf(at),
    label,
    denied: (fields.denied && source.choice(fields.denied, ['free', 'consume'])) ?? settings.denied,
    slotBy: settings.slotBy,
    quotaMode: flag(fields.quota_mode),
    detailedMetric: flag(fields.detailed_metric),
    metadata: readMetadata(source, fields.metadata),
  };
  if (single !== undefined && several !== undefined) {
    source.report(several, 'conflicting_keys', 'expected rate_limit or rate_limits, not both');
  }
  const items = single === undefined ? several && source.items(several) : [single];
  if (items === undefined) return undefined;
  const read = items.flatMap((item) => readLimit(source, item, settings, shadowMode, several) ?? []);
  const replaces = [...new Set(read.flatMap((part) => part.replaces))];
  const [first] = read;
  if (first?.limit === 'unlimited') return { ...modes, name: '', limits: 'unlimited', replaces };
  const limits = read.flatMap(({ limit }) => (limit === 'unlimited' ? [] : [limit]));
  if (several !== undefined) checkSeveral(source, several, items, limits);
  if (limits.length === 0 || limits.length < items.length) return undefined;
  const name = limits.length === 1 ? (limits[0]?.name ?? '') : '';
  return { ...modes, name, limits, replaces };
}

function readLimit(
  source: RuleSource,
  at: Located,
  settings: DomainSettings,
  shadowMode: boolean,
  several: Located | undefined,
): { limit: Limit | 'unlimited'; replaces: string[] } | undefined {
  const fields: Partial<Record<LimitKey, Located>> | undefined = settings.extended
    ? source.fields(at, [...LIMIT_KEYS, ...EXTENDED_LIMIT_KEYS], { misplaced: MISPLACED })
    : source.fields(at, LIMIT_KEYS, {
        misplaced: MISPLACED,
        extended: EXTENDED_LIMIT_KEYS.filter((key) => key !== 'shadow_mode'),
      });
  if (fields === undefined) return undefined;
  const name = (fields.name && source.text(fields.name)) ?? '';
  const replaces = parseReplaces(source, fields.replaces, name);
  if (fields.unlimited !== undefined && source.flag(fields.unlimited)) {
    if (fields.unit) source.report(fields.unit, 'unlimited_with_unit', 'expected no unit beside unlimited');
    if (several)
      source.report(fields.unlimited, 'conflicting_keys', 'expected unlimited in rate_limit alone');
    return { limit: 'unlimited', replaces };
  }
  const ownShadow = fields.shadow_mode !== undefined && source.flag(fields.shadow_mode);
  const limitSettings: LimitSettings = {
    name,
    shadowMode: shadowMode || ownShadow,
    timeZone: settings.timeZone,
    extended: settings.extended,
  };
  const limit = parseLimit(source, at, fields, limitSettings);
  return limit && { limit, replaces };
}

/** Two limits by the same algorithm over the same window are one: the lower. */
function checkSeveral(
  source: RuleSource,
  at: Located,
  items: readonly Located[],
  limits: readonly Limit[],
): void {
  if (items.length === 0) source.report(at, 'missing_key', 'expected at least one limit');
  const seen = new Set<string>();
  for (const [index, { algorithm, unit, unitMultiplier }] of limits.entries()) {
    const window = `${algorithm.kind} over ${unitMultiplier} ${unit}`;
    if (seen.has(window)) {
      const reason = `expected another window or algorithm: a limit before it is a ${window} too`;
      source.report(items[index] ?? at, 'duplicate_limit', reason);
    }
    seen.add(window);
  }
}

function readMetadata(source: RuleSource, at: Located | undefined): Rule['metadata'] {
  const value = at && source.json(at);
  if (value === undefined) return undefined;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Rule['metadata'];
  }
  source.report(at, 'wrong_type', 'expected keys and values');
  return undefined;
}
