import type { Located, RuleSource } from '../../rule-files/index.ts';
import { suggestNearest } from '../../spelling/index.ts';
import type { Algorithm, QuotaPeriod } from '../algorithms/algorithm.ts';
import { parseUnit, UNIT_SECONDS, type Unit } from '../unit.ts';
import { type Limit, MAX_REQUESTS } from './rule.ts';
import { readTimeZone } from './time-zone.ts';
import { asUnits, readWholeSeconds } from './window.ts';

/** What the descriptor and the file say for a limit. */
export interface LimitSettings {
  name: string;
  shadowMode: boolean;
  timeZone: string;
  extended: boolean;
}

export interface LimitFields {
  unit?: Located;
  requests_per_unit?: Located;
  algorithm?: Located;
  window?: Located;
  burst?: Located;
  lease?: Located;
  period?: Located;
  time_zone?: Located;
}

/** Which keys of the wider format an algorithm takes. */
const KEYS_OF: Readonly<Record<Algorithm['kind'], readonly (keyof LimitFields)[]>> = {
  fixed_window: ['unit', 'window'],
  sliding_window: ['unit', 'window'],
  token_bucket: ['unit', 'window', 'burst'],
  concurrency: ['lease'],
  quota: ['period', 'time_zone'],
};
const ALGORITHMS = Object.keys(KEYS_OF) as Algorithm['kind'][];
const PERIODS: readonly QuotaPeriod[] = ['day', 'week', 'month', 'year'];
const UNIT_NAMES = Object.keys(UNIT_SECONDS);
const UNITS = `one of ${UNIT_NAMES.join(', ')}`;

/** @param at the limit's block, for what is missing in it */
export function parseLimit(
  source: RuleSource,
  at: Located,
  fields: LimitFields,
  settings: LimitSettings,
): Limit | undefined {
  const requests = readRequests(source, at, fields.requests_per_unit, settings.extended);
  const kind = fields.algorithm ? source.choice(fields.algorithm, ALGORITHMS) : 'fixed_window';
  if (kind === undefined) return undefined;
  refuseOtherKeys(source, fields, kind);
  const counted = readAlgorithm(source, at, fields, kind, requests ?? 0, settings.timeZone);
  if (counted === undefined || requests === undefined) return undefined;
  const { name, shadowMode } = settings;
  return { name, requests, ...counted, shadowMode };
}

function readRequests(
  source: RuleSource,
  at: Located,
  count: Located | undefined,
  required: boolean,
): number | undefined {
  if (count !== undefined) return source.count(count, 0, MAX_REQUESTS);
  const path = `${at.path}.requests_per_unit`;
  const expected = 'expected a whole number (0 refuses everything)';
  if (required) source.report(at, 'missing_key', expected, path);
  else source.warn(at, 'missing_key', `${expected}; without it 0, as in envoyproxy/ratelimit`, path);
  return required ? undefined : 0;
}

function refuseOtherKeys(source: RuleSource, fields: LimitFields, kind: Algorithm['kind']): void {
  for (const key of ['unit', 'window', 'burst', 'lease', 'period', 'time_zone'] as const) {
    if (fields[key] === undefined || KEYS_OF[kind].includes(key)) continue;
    const users = ALGORITHMS.filter((algorithm) => KEYS_OF[algorithm].includes(key)).join(', ');
    source.report(fields[key], 'conflicting_keys', `does not go with algorithm ${kind}, but with ${users}`);
  }
}

type Counted = Pick<Limit, 'unit' | 'unitMultiplier' | 'algorithm'>;

function readAlgorithm(
  source: RuleSource,
  at: Located,
  fields: LimitFields,
  kind: Algorithm['kind'],
  requests: number,
  timeZone: string,
): Counted | undefined {
  switch (kind) {
    case 'fixed_window':
    case 'sliding_window': {
      const window = readWindow(source, at, fields);
      if (window === undefined) return undefined;
      return { ...asUnits(window), algorithm: { kind, windowMs: window * 1000 } };
    }
    case 'token_bucket': {
      const window = readWindow(source, at, fields);
      const burst = fields.burst ? source.count(fields.burst, 1, MAX_REQUESTS) : requests;
      if (window === undefined || burst === undefined) return undefined;
      return { ...asUnits(window), algorithm: { kind, refillMs: window * 1000, burst } };
    }
    case 'concurrency': {
      if (fields.lease === undefined) {
        const expected = 'expected how long one may run at most, such as 5m';
        source.report(at, 'missing_key', expected, `${at.path}.lease`);
        return undefined;
      }
      const lease = readWholeSeconds(source, fields.lease);
      if (lease === undefined) return undefined;
      return { ...asUnits(lease), algorithm: { kind, leaseMs: lease * 1000 } };
    }
    case 'quota':
      return readQuota(source, at, fields, timeZone);
  }
}

function readQuota(
  source: RuleSource,
  at: Located,
  fields: LimitFields,
  ofFile: string,
): Counted | undefined {
  const period = fields.period && source.choice(fields.period, PERIODS);
  const timeZone = fields.time_zone ? readTimeZone(source, fields.time_zone) : ofFile;
  if (fields.period === undefined) {
    source.report(at, 'missing_key', `expected one of ${PERIODS.join(', ')}`, `${at.path}.period`);
  }
  if (period === undefined || timeZone === undefined) return undefined;
  return { unit: period, unitMultiplier: 1, algorithm: { kind: 'quota', period, timeZone } };
}

/** @returns seconds */
function readWindow(source: RuleSource, at: Located, { unit, window }: LimitFields): number | undefined {
  if (window !== undefined) {
    if (unit) source.report(window, 'conflicting_keys', 'expected unit or window, not both');
    return readWholeSeconds(source, window);
  }
  if (unit === undefined) {
    source.report(at, 'missing_key', `expected ${UNITS}`, `${at.path}.unit`);
    return undefined;
  }
  const read = readUnit(source, unit);
  return read && UNIT_SECONDS[read];
}

function readUnit(source: RuleSource, at: Located): Unit | undefined {
  const text = source.text(at);
  const unit = text === undefined ? undefined : parseUnit(text);
  if (text !== undefined && unit === undefined) {
    const nearest = suggestNearest(text.toLowerCase(), UNIT_NAMES);
    source.report(at, 'invalid_unit', `expected ${UNITS}, got "${text}"${nearest}`);
  }
  return unit;
}
