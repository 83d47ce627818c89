import { z } from 'zod';

const DURATION_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SIZE_BYTES = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;

/** `30s`, `5m`, `1.5h` to milliseconds; undefined when it is not a duration. */
export function parseDurationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (!match) return undefined;
  const ms = Number(match[1]) * DURATION_MS[match[2] as keyof typeof DURATION_MS];
  return Number.isSafeInteger(ms) ? ms : undefined;
}

/** `10MiB`, `512B` to bytes; undefined when it is not a size. */
export function parseSizeBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB)$/.exec(text);
  if (!match) return undefined;
  const bytes = Number(match[1]) * SIZE_BYTES[match[2] as keyof typeof SIZE_BYTES];
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** `127.0.0.1:8080` or `[::1]:8080` to its parts; port 0 asks for any free one. */
export function parseHostPort(text: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text);
  if (!match) return undefined;
  const port = Number(match[3]);
  return port <= 65_535 ? { host: (match[1] ?? match[2]) as string, port } : undefined;
}

/** The inverse of parseHostPort. */
export function formatHostPort({ host, port }: { host: string; port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A file or folder: relative ones start from the configuration's folder; see paths.ts. */
export function filePath() {
  return z.string().min(1).meta({ path: 'file' });
}

/** A program: as filePath, but a bare name is looked up on PATH. */
export function programPath() {
  return z.string().min(1).meta({ path: 'program' });
}

/** A config value such as `30s`, which becomes {ms}. */
export function duration(fallback: string) {
  return writtenDuration().prefault(fallback);
}

/** As duration(), for a time without which nothing could be done. */
export function positiveDuration(fallback: string) {
  return writtenDuration()
    .refine(({ ms }) => ms > 0, { error: 'expected more than 0s' })
    .prefault(fallback);
}

/** As duration(), but nothing when it is not given. */
export function optionalDuration() {
  return writtenDuration().optional();
}

function writtenDuration() {
  return parsed(parseDurationMs, 'expected a duration such as 500ms, 30s, 5m or 24h', (ms) => ({ ms }));
}

/** A config value such as `10MiB`, which becomes {bytes}. */
export function size(fallback: string) {
  return writtenSize().prefault(fallback);
}

/** As size(), for what nothing would fit into. */
export function positiveSize(fallback: string) {
  return writtenSize()
    .refine(({ bytes }) => bytes > 0, { error: 'expected more than 0B' })
    .prefault(fallback);
}

function writtenSize() {
  return parsed(parseSizeBytes, 'expected a size such as 512B, 64KiB or 10MiB', (bytes) => ({ bytes }));
}

/** A config value such as `127.0.0.1:8080`, which becomes {host, port}. */
export function hostPort() {
  return parsed(parseHostPort, 'expected host:port, such as 127.0.0.1:8080', (address) => address);
}

function parsed<T, V>(parse: (text: string) => T | undefined, expectation: string, wrap: (value: T) => V) {
  return z.string({ error: expectation }).transform((text, context): V => {
    const value = parse(text);
    if (value !== undefined) return wrap(value);
    context.addIssue({ code: 'custom', message: expectation });
    return z.NEVER;
  });
}
