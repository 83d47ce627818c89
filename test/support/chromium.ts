import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, type TestContext } from 'vitest';

/** As Debian, Ubuntu and Google call it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
/** Why a test does not apply here. */
export const MISSING_CHROMIUM = 'Chromium is not installed (Debian: apt-get install chromium)';

/** Where Chromium is; undefined where it is not. */
export const CHROMIUM = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** A page, and everything about it that should not be. */
export interface WatchedPage {
  page: Page;
  /** Mistakes in the console, exceptions, breaches of its policy, and requests to other origins. */
  complaints: string[];
}

export interface TestChromium {
  /** In a browser of its own: no cookie is there yet. Only 401 is expected to fail, before a sign-in. */
  open(options?: BrowserContextOptions): Promise<WatchedPage>;
}

/** Skips a test where there is no Chromium. */
export function needsChromium(context: Pick<TestContext, 'skip'>): void {
  if (CHROMIUM === undefined) context.skip(MISSING_CHROMIUM);
}

/**
 * One Chromium for a file of tests, started before them and closed after. It loads pages of this machine alone, so it
 * needs no sandbox of its own, which root does not have.
 */
export function useChromium(): TestChromium {
  let browser: Browser;
  beforeAll(async () => {
    if (CHROMIUM === undefined) return;
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
  });
  afterAll(() => browser?.close());
  return {
    async open(options = {}) {
      const context = await browser.newContext({
        ...{ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ignoreHTTPSErrors: true },
        ...options,
      });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', ({ message }) => complaints.push(`exception: ${message}`));
      page.on('console', (message) => {
        // What a failed request looks like is a matter of the test; without a session it is the way in.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
          complaints.push(`console: ${message.text()}`);
        }
      });
      page.on('request', (request) => {
        const { origin, protocol } = new URL(request.url());
        if (
          protocol.startsWith('http') &&
          page.url().startsWith('http') &&
          origin !== new URL(page.url()).origin
        ) {
          complaints.push(`request to another origin: ${request.url()}`);
        }
      });
      return { page, complaints };
    },
  };
}

/** Opens a page for each test of a file, which may leave no complaint. */
export function withPage(chromium: TestChromium, take: (page: Page) => void): void {
  beforeEach(async (context) => {
    needsChromium(context);
    const { page, complaints } = await chromium.open();
    take(page);
    return async () => {
      await page.context().close();
      expect(complaints).toEqual([]);
    };
  });
}

/** Whether a page is wider than its window. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [content, window] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  expect(content, `${page.url()} is wider than its window`).toBeLessThanOrEqual(window);
}
