import { request } from 'node:http';
import type { HostPort } from '../config/index.ts';

const TIMEOUT_MS = 2_000;

/**
 * One call of Envoy's admin interface.
 * @throws when it cannot be reached or does not answer within two seconds
 */
export function envoyAdmin(
  admin: HostPort,
  method: 'GET' | 'POST',
  path: string,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ ...admin, method, path, agent: false, timeout: TIMEOUT_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    call.on('timeout', () => call.destroy(new Error(`Envoy's admin interface did not answer ${path}`)));
    call.on('error', reject);
    call.end();
  });
}

/**
 * Whether Envoy serves and has found every upstream healthy.
 * See https://www.envoyproxy.io/docs/envoy/v1.40.0/operations/admin
 */
export async function isEnvoyReady(admin: HostPort): Promise<boolean> {
  try {
    if ((await envoyAdmin(admin, 'GET', '/ready')).status !== 200) return false;
    const { body } = await envoyAdmin(admin, 'GET', '/clusters');
    return !/::health_flags::.*(failed_active_hc|pending_active_hc)/.test(body);
  } catch {
    return false;
  }
}

/** How many requests are in flight, without those of the admin interface. */
export async function activeRequests(admin: HostPort): Promise<number> {
  const { body } = await envoyAdmin(admin, 'GET', '/stats?filter=%5Ehttp%5C..*downstream_rq_active%24');
  return sumActiveRequests(body);
}

/** Adds up the lines `http.<listener>.downstream_rq_active: N`; this very call counts as http.admin. */
export function sumActiveRequests(stats: string): number {
  let sum = 0;
  for (const [, prefix, value] of stats.matchAll(/^http\.(.+)\.downstream_rq_active: (\d+)$/gm)) {
    if (prefix !== 'admin') sum += Number(value);
  }
  return sum;
}
