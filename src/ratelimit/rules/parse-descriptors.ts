import type { Located, RuleSource } from '../../rule-files/index.ts';
import type { DescriptorSource } from './descriptor-source.ts';
import { type DomainSettings, parseRule } from './parse-rule.ts';

/** More levels than any Envoy sends; also what ends an alias that leads to itself. */
const MAX_LEVELS = 32;
/** Descriptors that one file may unfold to; a handful of aliases in aliases would make millions. */
const MAX_DESCRIPTORS = 100_000;

const COMPATIBLE_KEYS = [
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
const EXTENDED_KEYS = ['rate_limits', 'denied'] as const;

const MISPLACED = Object.fromEntries([
  ...['unit', 'requests_per_unit', 'unlimited', 'name', 'replaces'].map((key) => [
    key,
    'it belongs into rate_limit',
  ]),
  ['domain', 'it belongs to the top of the file'],
]);

/** The descriptors of one file, all levels of them. */
export function parseDescriptors(
  source: RuleSource,
  at: Located | undefined,
  settings: DomainSettings,
): DescriptorSource[] {
  return readLevel({ source, settings, left: MAX_DESCRIPTORS }, at, 1, '');
}

interface Reading {
  source: RuleSource;
  settings: DomainSettings;
  /** How many more descriptors there may be; -1 once that was reported. */
  left: number;
}

function readLevel(
  reading: Reading,
  at: Located | undefined,
  level: number,
  parentLabel: string,
): DescriptorSource[] {
  const { source } = reading;
  if (at === undefined) return [];
  if (level > MAX_LEVELS) {
    source.report(at, 'too_deep', `expected at most ${MAX_LEVELS} levels`);
    return [];
  }
  const descriptors: DescriptorSource[] = [];
  for (const item of source.items(at)) {
    if (reading.left < 0) break;
    if (reading.left === 0) {
      source.report(item, 'too_large', `expected at most ${MAX_DESCRIPTORS} descriptors`);
    }
    reading.left -= 1;
    const descriptor = readDescriptor(reading, item, level, parentLabel);
    if (descriptor !== undefined) descriptors.push(descriptor);
  }
  return descriptors;
}

function readDescriptor(
  reading: Reading,
  at: Located,
  level: number,
  parentLabel: string,
): DescriptorSource | undefined {
  const { source, settings } = reading;
  const fields = settings.extended
    ? source.fields(at, [...COMPATIBLE_KEYS, ...EXTENDED_KEYS], { misplaced: MISPLACED })
    : source.fields(at, COMPATIBLE_KEYS, { misplaced: MISPLACED, extended: EXTENDED_KEYS });
  if (fields === undefined) return undefined;
  const key = fields.key && source.text(fields.key);
  // An empty value means any value, as for envoyproxy/ratelimit.
  const value = (fields.value && source.text(fields.value)) || undefined;
  const label = `${parentLabel}${labelOf(key ?? '', value)}`;
  const flag = (field: Located | undefined) => field !== undefined && source.flag(field);
  const rule = parseRule(source, at, fields, settings, label);
  const shareThreshold = flag(fields.share_threshold);
  const valueToMetric = flag(fields.value_to_metric);
  const below = readLevel(reading, fields.descriptors, level + 1, `${label}.`);
  if (fields.key === undefined || key === '') {
    source.report(fields.key ?? at, 'missing_key', 'expected a key', `${at.path}.key`);
  }
  if (shareThreshold && !value?.includes('*')) {
    source.report(fields.share_threshold, 'no_wildcard', 'expected a value with a * beside share_threshold');
  }
  if (!key) return undefined;
  return { place: source.placeOf(at), path: at.path, key, value, rule, shareThreshold, valueToMetric, below };
}

/** What metrics call one level: `key`, or `key_value` where the file gives a value. */
export function labelOf(key: string, value: string | undefined): string {
  return value === undefined ? key : `${key}_${value}`;
}
