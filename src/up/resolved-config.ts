import { rename, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { type Config, formatHostPort } from '../config/index.ts';

/**
 * Writes the configuration of the running installation, with its real ports and files filled in, as a
 * gatehouse.yaml that loadConfig reads back. It names files that hold secrets, and holds none.
 */
export async function writeResolvedConfig(file: string, config: Config): Promise<void> {
  await writeFile(`${file}.new`, formatConfig(config), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** The inverse of loadConfig: {ms}, {bytes} and {host, port} become text again. */
export function formatConfig({ dataDir: _, ...settings }: Config): string {
  return stringify(plain(settings));
}

const UNITS_MS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (hasOnly(value, 'ms') && typeof value.ms === 'number') return formatDuration(value.ms);
  if (hasOnly(value, 'bytes') && typeof value.bytes === 'number') return `${value.bytes}B`;
  if (isHostPort(value)) return formatHostPort(value);
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, plain(below)]));
}

function formatDuration(ms: number): string {
  const unit = UNITS_MS.find(([, unitMs]) => ms > 0 && ms % unitMs === 0);
  return unit === undefined ? `${ms}ms` : `${ms / unit[1]}${unit[0]}`;
}

function hasOnly<K extends string>(value: object, key: K): value is Record<K, unknown> {
  return key in value && Object.keys(value).length === 1;
}

function isHostPort(value: object): value is { host: string; port: number } {
  return (
    'host' in value && typeof value.host === 'string' && 'port' in value && typeof value.port === 'number'
  );
}
