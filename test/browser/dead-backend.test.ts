import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CHROMIUM, needsChromium, useChromium } from '../support/chromium.ts';
import { openDashboard } from '../support/dashboard.ts';
import { type Installation, startInstallation } from '../support/installation.ts';
import { descendantsOf } from '../support/processes.ts';

let up: Installation;
const stopped = new Set<number>();
beforeAll(async () => {
  if (CHROMIUM !== undefined) up = await startInstallation();
});
afterAll(async () => {
  for (const pid of stopped) process.kill(pid, 'SIGCONT');
  await up?.close();
});
const chromium = useChromium();
beforeEach(needsChromium);

/** A process of this installation by what its command line says. */
function pidOf(what: RegExp): number {
  const found = descendantsOf(up.process.pid ?? 0).find((pid) =>
    what.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')),
  );
  if (found === undefined) throw new Error(`No process is ${what}`);
  return found;
}

function stop(pid: number): void {
  stopped.add(pid);
  process.kill(pid, 'SIGSTOP');
}

function resume(pid: number): void {
  stopped.delete(pid);
  process.kill(pid, 'SIGCONT');
}

test('while the admin role hangs the page says so, keeps what it has, and goes on by itself', async () => {
  const { page, complaints } = await chromium.open();
  await openDashboard(page, up);
  await page.getByText('Every part answers').waitFor({ timeout: 60_000 });
  const admin = pidOf(/serve admin/);
  stop(admin);
  await page.getByText('Connection lost, trying again.').waitFor({ timeout: 60_000 });
  await page.getByRole('heading', { name: 'Newest jobs' }).waitFor();
  resume(admin);
  await page.getByText('Connection lost, trying again.').waitFor({ state: 'detached', timeout: 60_000 });
  expect(complaints).toEqual([]);
});

test('while the admin role is gone a page that is opened waits for it', async () => {
  const { page } = await chromium.open();
  await openDashboard(page, up);
  await page.route('**/api/**', (route) => route.abort());
  await page.reload();
  await page.getByText('The admin API does not answer. This page tries again by itself.').waitFor();
  await page.unroute('**/api/**');
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
});

test('while Redis hangs it is said what is missing, and the rest is there', async () => {
  const { page, complaints } = await chromium.open();
  await openDashboard(page, up);
  await page.getByText('Every part answers').waitFor({ timeout: 60_000 });
  const redis = pidOf(/redis-server/);
  stop(redis);
  await page.getByRole('alert').getByText('Redis does not answer').waitFor({ timeout: 60_000 });
  await page.getByText('Missing: queue, jobs, budgets and limits.').waitFor();
  await page.getByRole('heading', { name: 'Time to answer' }).waitFor();
  resume(redis);
  await page.getByText('Every part answers').waitFor({ timeout: 60_000 });
  expect(complaints).toEqual([]);
});
