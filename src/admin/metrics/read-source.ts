import type { Fetcher } from '../../http/index.ts';
import { EXPOSITION_TYPES, type Family, parseExposition } from '../../telemetry/index.ts';
import { renameEnvoyFamilies } from './envoy-families.ts';
import type { MetricsSource } from './sources.ts';

/** A rate limit service with its thousand rules says half a megabyte. */
const MAX_SOURCE_BYTES = 16 * 1024 * 1024;

/** Reads what a process tells of itself. @throws FetchError where it does not answer in time, or not as it should */
export async function readSource(
  fetcher: Fetcher,
  { role, url }: MetricsSource,
  timeoutMs: number,
): Promise<Family[]> {
  const headers = { accept: EXPOSITION_TYPES.openmetrics };
  const body = await fetcher.fetch({ url, timeoutMs, maxBytes: MAX_SOURCE_BYTES, headers });
  const families = parseExposition(body.toString('utf8'));
  return role === 'envoy' ? renameEnvoyFamilies(families) : families;
}
