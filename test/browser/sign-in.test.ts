import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CHROMIUM, needsChromium, useChromium } from '../support/chromium.ts';
import { openDashboard } from '../support/dashboard.ts';
import { type Installation, startInstallation } from '../support/installation.ts';

let up: Installation;
beforeAll(async () => {
  if (CHROMIUM !== undefined) up = await startInstallation();
});
afterAll(() => up?.close());
const chromium = useChromium();
beforeEach(needsChromium);

const field = (page: Page) => page.getByLabel('Admin token');
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

describe('the sign-in', () => {
  test('works by keyboard alone, and so does the way to every page', async () => {
    const { page, complaints } = await chromium.open();
    await page.goto(up.adminUrl);
    // The field has the focus without a click.
    await expect.poll(() => focusedId(page)).toBe('token');
    await page.keyboard.type(up.adminToken);
    await page.keyboard.press('Enter');
    await heading(page, 'Overview').waitFor();
    expect(page.url()).toBe(`${up.adminUrl}/dashboard`);

    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the page');
    await page.keyboard.press('Enter');
    await expect.poll(() => focusedId(page)).toBe('main');

    for (const name of ['Jobs', 'Clients and keys', 'Rate limits', 'Prompt inspection', 'Health', 'Audit']) {
      await tabTo(page, name);
      await page.keyboard.press('Enter');
      // Whoever cannot see the page hears where they are.
      await heading(page, name).and(page.locator(':focus')).waitFor();
      expect(await page.title()).toBe(`${name} · Gatehouse`);
    }
    expect(complaints).toEqual([]);
  });

  test('says what is wrong with a wrong token, and takes the right one after it', async () => {
    const { page, complaints } = await chromium.open();
    await page.goto(`${up.adminUrl}/dashboard`);
    await field(page).fill('x'.repeat(64));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('Invalid or missing admin token').waitFor();
    expect(await focused(page)).toBe('');
    await field(page).fill(up.adminToken);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await heading(page, 'Overview').waitFor();
    expect(complaints).toEqual([]);
  });

  test('takes the token of a link out of the address, where it would be seen and kept', async () => {
    const { page } = await chromium.open();
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.url()));
    await openDashboard(page, up, '/audit');
    expect(page.url()).toBe(`${up.adminUrl}/dashboard/audit`);
    expect(sent.filter((url) => url.split('#')[0]?.includes(up.adminToken))).toEqual([]);
    expect(
      await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])'),
    ).not.toContain(up.adminToken);
  });

  test('is asked for again when a session has ended, and leads back to where one was', async () => {
    const { page, complaints } = await chromium.open();
    await openDashboard(page, up, '/limits');
    await heading(page, 'Rate limits').waitFor();
    // As in another tab of the same browser.
    const ended = await page.context().request.delete(`${up.adminUrl}/session`, {
      headers: { 'x-gatehouse-admin': '1', origin: up.adminUrl },
    });
    expect(ended.status()).toBe(204);
    await page.getByText('Your session has ended.').waitFor({ timeout: 60_000 });
    expect(page.url()).toBe(`${up.adminUrl}/dashboard/limits`);
    await field(page).fill(up.adminToken);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await heading(page, 'Rate limits').waitFor();
    expect(complaints).toEqual([]);
  });

  test('is left by signing out', async () => {
    const { page } = await chromium.open();
    await openDashboard(page, up);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    await page.reload();
    await field(page).waitFor();
  });
});

async function focusedId(page: Page): Promise<unknown> {
  return page.evaluate('document.activeElement?.id');
}

/** The text of what has the focus. */
async function focused(page: Page): Promise<string> {
  return (await page.locator(':focus').textContent()) ?? '';
}

/** Presses Tab until a link of this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    const link = page.getByRole('navigation').getByRole('link', { name }).and(page.locator(':focus'));
    if ((await link.count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${name}`);
}
