import { setTimeout as delay } from 'node:timers/promises';
import type { HostPort } from '../config/index.ts';
import { activeRequests, envoyAdmin } from './envoy-admin.ts';

const LOOK_EVERY_MS = 50;

/** How long new connections are still served, for clients that learn only from an answer that it is over. */
const ACCEPT_FOR_MS = 1_000;

/**
 * Lets Envoy finish what is in flight: answers tell clients to close their connections, and after a second no
 * new ones are accepted. Envoy itself ends requests abruptly at SIGTERM, so this comes first.
 * @param timeoutMs the longest that requests in flight may take
 * @param quick aborted when there is no more time
 * @returns how many requests were still in flight at the end
 */
export async function drainEnvoy(admin: HostPort, timeoutMs: number, quick: AbortSignal): Promise<number> {
  const startedAt = performance.now();
  let accepting = true;
  try {
    await envoyAdmin(admin, 'POST', '/healthcheck/fail');
    await envoyAdmin(admin, 'POST', '/drain_listeners?graceful&skip_exit');
    while (true) {
      const active = await activeRequests(admin);
      const elapsedMs = performance.now() - startedAt;
      if (active === 0 || elapsedMs > timeoutMs || quick.aborted) return active;
      if (accepting && elapsedMs > ACCEPT_FOR_MS) {
        accepting = false;
        await envoyAdmin(admin, 'POST', '/drain_listeners');
      }
      await delay(LOOK_EVERY_MS, undefined, { signal: quick }).catch(() => undefined);
    }
  } catch {
    // It is gone or hangs: there is nothing left to wait for.
    return 0;
  }
}
