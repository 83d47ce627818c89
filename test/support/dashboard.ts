import type { Page } from 'playwright-core';
import type { Installation } from './installation.ts';

/** Opens the dashboard at a place of it, signed in by a link as a person could keep one. */
export async function openDashboard(page: Page, up: Installation, place = '/'): Promise<void> {
  await page.goto(`${up.adminUrl}/dashboard${place}#token=${up.adminToken}`);
  await page.getByRole('banner').waitFor();
}

/** Sends a prompt through Envoy. @returns the job's id */
export async function submitJob(up: Installation, prompt: string, key = up.apiKey): Promise<string> {
  const answer = await fetch(`${up.url}/claude/invoke`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ prompt }),
  });
  if (answer.status !== 202)
    throw new Error(`POST /claude/invoke answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { jobId: string }).jobId;
}

/** Waits for a job's end. @returns the state that it ended in */
export async function endOfJob(up: Installation, jobId: string, key = up.apiKey): Promise<string> {
  const answer = await fetch(`${up.url}/claude/status/${jobId}?wait=60`, { headers: { 'x-api-key': key } });
  return ((await answer.json()) as { state: string }).state;
}

/** Cancels a job by the API. */
export async function cancelJob(up: Installation, jobId: string, key = up.apiKey): Promise<void> {
  await fetch(`${up.url}/claude/jobs/${jobId}`, { method: 'DELETE', headers: { 'x-api-key': key } });
}
