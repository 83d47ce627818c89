import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits for a condition, looking every 20 ms.
 * @throws after timeoutMs, naming what was waited for
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain until: ${what}`);
    await delay(20);
  }
}
