import { expect, test } from 'vitest';
import { createMetrics } from '../telemetry/index.ts';
import { createAuthzMetrics } from './metrics.ts';

test('what is held is shown by its kind; several of one kind count together', async () => {
  const telemetry = await createMetrics();
  const { watchEntries } = createAuthzMetrics(telemetry);
  watchEntries('verified_tokens', () => 2);
  watchEntries('assertions', () => 5);
  // Browsers' logins remember tokens of their own.
  watchEntries('verified_tokens', () => 3);
  const shown = await telemetry.registry.getSingleMetricAsString('gatehouse_authz_held_entries');
  expect(shown.split('\n').filter((line) => !line.startsWith('#'))).toEqual([
    'gatehouse_authz_held_entries{held="verified_tokens"} 5',
    'gatehouse_authz_held_entries{held="assertions"} 5',
  ]);
});
