import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from '../support/axe.ts';
import { CHROMIUM, useChromium, withPage } from '../support/chromium.ts';
import { endOfJob, openDashboard, submitJob } from '../support/dashboard.ts';
import { type Installation, startInstallation } from '../support/installation.ts';
import { whyNoJaeger } from '../support/jaeger.ts';

const missing = whyNoJaeger();

let up: Installation | undefined;
beforeAll(async () => {
  if (CHROMIUM === undefined || missing !== undefined) return;
  up = await startInstallation({ set: ['telemetry.jaeger=embedded'] });
});
afterAll(() => up?.close());
const chromium = useChromium();

let page: Page;
withPage(chromium, (opened) => {
  page = opened;
});

test("a job's waterfall has its model requests and tools from its trace, without loading it again", async (context) => {
  if (missing !== undefined || up === undefined) return context.skip(missing ?? 'no browser');
  const jobId = await submitJob(up, 'stand-in: write notes.txt hello\nstand-in: say done');
  await openDashboard(page, up, `/jobs/${jobId}`);
  expect(await endOfJob(up, jobId)).toBe('completed');
  const timeline = page.getByRole('table', { name: 'Timeline' });
  const tool = timeline.getByRole('row').filter({ hasText: 'tool: Write' });
  // The mark of the job's own event has no length.
  await tool.filter({ hasText: /\d m?s.*\d m?s/ }).waitFor();
  expect(await tool.count()).toBe(1);
  await timeline.getByRole('row').filter({ hasText: 'worker start' }).waitFor();
  await timeline
    .getByRole('row')
    .filter({ hasText: /model: .* tokens/ })
    .first()
    .waitFor();
  await expectAccessible(page, 'the waterfall');
});
