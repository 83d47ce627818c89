import type { RlsDescriptor } from '../../support/ratelimit.ts';
import type { Difference } from './differences.ts';

/**
 * One case of the format or the semantics of rate limits, for any service that speaks Envoy's protocol and takes
 * envoyproxy/ratelimit's files and settings. What it expects is what envoyproxy/ratelimit answers; where Gatehouse
 * deliberately answers otherwise, the case says so.
 */
export interface Case {
  /** A statement about behaviour. */
  name: string;
  /** The list of descriptors of the case's own domain, as YAML. */
  rules: string;
  steps: readonly Step[];
  /** What Gatehouse answers instead, and which section of docs/compatibility.md says why. */
  differs?: { why: Difference; steps: readonly Step[] };
  /** The oldest release of envoyproxy/ratelimit that the case holds for; any by default. */
  since?: Release;
}

/**
 * Releases of envoyproxy/ratelimit by the month; it has no version numbers of its own.
 * 2026-01 is the one that test/conformance/envoyproxy-ratelimit/go.mod names (3fb7025); 2026-07 (f2fb157) has stars in
 * the middle of a value, metadata, and another meaning of quota_mode.
 */
export type Release = '2026-01' | '2026-07';

/** A request and what it is answered. */
export interface Step {
  request: CaseRequest;
  answer: Answer | Failure;
}

export interface CaseRequest {
  /** The case's own by default. */
  domain?: string;
  descriptors: RlsDescriptor[];
  hitsAddend?: number;
}

export interface Answer {
  overallCode: 'OK' | 'OVER_LIMIT';
  statuses: readonly Status[];
  /** Lines such as `RateLimit-Limit: 5`; UNTIL_RESET stands for the seconds until the window ends. */
  headers: readonly string[];
  /** The body's JSON. */
  body: unknown;
  dynamicMetadata: unknown;
}

/** A gRPC error. Which code it has says nothing to Envoy, so it is not compared. */
export interface Failure {
  error: true;
}

export interface Status {
  code: 'OK' | 'OVER_LIMIT';
  limit: CurrentLimit | null;
  remaining: number;
  /** Whether there is a duration_until_reset; its value is held to the unit and the clock. */
  resets: boolean;
}

export interface CurrentLimit {
  name: string;
  requestsPerUnit: number;
  unit: UnitName;
  unitMultiplier: number | null;
}

export type UnitName = 'SECOND' | 'MINUTE' | 'HOUR' | 'DAY' | 'WEEK' | 'MONTH' | 'YEAR';

/** Stands in a header for the seconds until the window ends. */
export const UNTIL_RESET = '{until reset}';

const MAX_UINT32 = 2 ** 32 - 1;

type Entries = Record<string, string>;
type Descriptors = Entries | RlsDescriptor | readonly (Entries | RlsDescriptor)[];

export interface StepOptions {
  hitsAddend?: number;
  domain?: string;
  /** Where it does not follow from the statuses. */
  overallCode?: Answer['overallCode'];
  headers?: readonly string[];
  dynamicMetadata?: unknown;
}

/** A request of one or more descriptors, and one status for each. */
export function step(
  descriptors: Descriptors,
  statuses: Status | readonly Status[],
  options: StepOptions = {},
): Step {
  const all = isList(statuses) ? statuses : [statuses];
  const over = all.some(({ code }) => code === 'OVER_LIMIT');
  return {
    request: requestOf(descriptors, options),
    answer: {
      overallCode: options.overallCode ?? (over ? 'OVER_LIMIT' : 'OK'),
      statuses: all,
      headers: options.headers ?? [],
      body: null,
      dynamicMetadata: options.dynamicMetadata ?? null,
    },
  };
}

/** A request that is answered with an error. */
export function failingStep(descriptors: Descriptors, options: StepOptions = {}): Step {
  return { request: requestOf(descriptors, options), answer: { error: true } };
}

/** The same step several times. */
export function times(count: number, repeated: Step): Step[] {
  return Array.from({ length: count }, () => repeated);
}

function requestOf(descriptors: Descriptors, { domain, hitsAddend }: StepOptions): CaseRequest {
  const list = isList(descriptors) ? descriptors : [descriptors];
  return {
    ...(domain === undefined ? {} : { domain }),
    ...(hitsAddend === undefined ? {} : { hitsAddend }),
    descriptors: list.map((one) => (isDescriptor(one) ? one : { entries: entriesOf(one) })),
  };
}

/** A descriptor with a field beside its entries. */
export function withFields(entries: Entries, fields: Omit<RlsDescriptor, 'entries'>): RlsDescriptor {
  return { entries: entriesOf(entries), ...fields };
}

/** A descriptor that counts for so many hits. */
export function hits(entries: Entries, value: number): RlsDescriptor {
  return withFields(entries, { hitsAddend: { value } });
}

/** A descriptor whose keys repeat. */
export function path(...entries: readonly [key: string, value: string][]): RlsDescriptor {
  return { entries: entries.map(([key, value]) => ({ key, value })) };
}

function entriesOf(entries: Entries): RlsDescriptor['entries'] {
  return Object.entries(entries).map(([key, value]) => ({ key, value }));
}

function isDescriptor(value: Entries | RlsDescriptor): value is RlsDescriptor {
  return Array.isArray(value.entries);
}

function isList<Item>(value: Item | readonly Item[]): value is readonly Item[] {
  return Array.isArray(value);
}

export function per(unit: UnitName, requestsPerUnit: number, name = ''): CurrentLimit {
  return { name, requestsPerUnit, unit, unitMultiplier: null };
}

/** A limit of the unit that nearly all cases use, because its windows do not end while they run. */
export function yearly(requestsPerUnit: number, name = ''): CurrentLimit {
  return per('YEAR', requestsPerUnit, name);
}

export function ok(limit: CurrentLimit, remaining: number): Status {
  return { code: 'OK', limit, remaining, resets: true };
}

export function over(limit: CurrentLimit): Status {
  return { code: 'OVER_LIMIT', limit, remaining: 0, resets: true };
}

/** No rule applies. */
export const free: Status = { code: 'OK', limit: null, remaining: 0, resets: false };

/** A rule says that there is no limit. */
export const unlimited: Status = { code: 'OK', limit: null, remaining: MAX_UINT32, resets: false };
