import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** What breaks the page for somebody; the rest is advice. */
const SERIOUS = new Set(['serious', 'critical']);

/** Checks a page by axe-core's rules for WCAG 2.2 AA. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  // By the debugger, which the page's policy does not bind.
  await page.evaluate(SOURCE);
  const { violations } = await page.evaluate<AxeResults>(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
  );
  const found = violations
    .filter(({ impact }) => SERIOUS.has(impact ?? ''))
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n  ${failureSummary}`).join('\n')}`,
    );
  expect(found, what).toEqual([]);
}
