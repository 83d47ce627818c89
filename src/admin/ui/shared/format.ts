/** How figures and times are written, the same everywhere. An en dash stands for what is not known. */
export const UNKNOWN = '–';

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

type Maybe = number | null | undefined;
const isMissing = (value: Maybe): value is null | undefined => value === null || value === undefined;

/** 12,345 */
export function count(value: Maybe): string {
  return isMissing(value) ? UNKNOWN : whole.format(value);
}

/** 12.3K, 4.56M */
export function compact(value: Maybe): string {
  if (isMissing(value)) return UNKNOWN;
  return Math.abs(value) < 10_000 ? whole.format(value) : short.format(value);
}

/** 0.42, 12.3, 120 */
export function rate(value: Maybe): string {
  if (isMissing(value)) return UNKNOWN;
  return value.toFixed(value === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

/** 0.4 % from 0.004 */
export function percent(ratio: Maybe): string {
  if (isMissing(ratio)) return UNKNOWN;
  const value = ratio * 100;
  return `${value.toFixed(value === 0 || value >= 10 ? 0 : value >= 1 ? 1 : 2)} %`;
}

/** $0.0132 where it is small, $12.30 else */
export function usd(value: Maybe): string {
  if (isMissing(value)) return UNKNOWN;
  return `$${value.toFixed(value !== 0 && Math.abs(value) < 1 ? 4 : 2)}`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** 0.4 ms, 640 ms, 4.2 s, 3 min 20 s, 5 h 2 min */
export function duration(ms: Maybe): string {
  if (isMissing(ms)) return UNKNOWN;
  if (ms < 1_000) return `${ms > 0 && ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const at = UNITS.findIndex(([, size]) => ms >= size);
  const [unit, size] = UNITS[at] ?? UNITS[2];
  const [smallerUnit, smallerSize] = UNITS[at + 1] ?? ['s', 1_000];
  const rest = Math.floor((ms % size) / smallerSize);
  return `${Math.floor(ms / size)} ${unit}${rest === 0 ? '' : ` ${rest} ${smallerUnit}`}`;
}

/** 512 B, 3.4 KiB */
export function bytes(value: Maybe): string {
  if (isMissing(value)) return UNKNOWN;
  const power = value < 1 ? 0 : Math.min(4, Math.floor(Math.log2(value) / 10));
  const scaled = value / 1024 ** power;
  return `${scaled.toFixed(power === 0 || scaled >= 100 ? 0 : 1)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  ...{ day: 'numeric', month: 'short' },
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
});
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** 14:02:11 today, 3 Mar, 14:02:11 on another day. @param at ISO 8601 */
export function time(at: string | null | undefined, nowMs: number): string {
  if (at === null || at === undefined) return UNKNOWN;
  const date = new Date(at);
  const isToday = date.toDateString() === new Date(nowMs).toDateString();
  return (isToday ? clock : dayAndClock).format(date);
}

/** 3 Mar 2026. @param at ISO 8601 */
export function day(at: string | null | undefined): string {
  return at === null || at === undefined ? UNKNOWN : dayOfYear.format(new Date(at));
}

/** 12 s ago, in 3 min. @param at ISO 8601 */
export function relative(at: string | null | undefined, nowMs: number): string {
  if (at === null || at === undefined) return UNKNOWN;
  const ms = Date.parse(at) - nowMs;
  if (Math.abs(ms) < 1_000) return 'now';
  const seconds = Math.floor(Math.abs(ms) / 1_000);
  const [text] = seconds < 60 ? [`${seconds} s`] : duration(seconds * 1_000).split(/(?<=[a-z]) /);
  return ms < 0 ? `${text} ago` : `in ${text}`;
}

/** The first eight characters of an id or a digest, which tell it apart on one page. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** `one job`, `3 jobs`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
