import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../test/support/admin.ts';

const ENTRY = {
  id: '1700000000000-0',
  at: '2023-11-14T22:13:20.000Z',
  actor: 'cli:operator',
  action: 'override.set',
  target: 'shop pro-minute tenant=acme',
  details: { requests: 120 },
};

test.each([
  ['/api/audit', [100, undefined, {}]],
  ['/api/audit?limit=5&before=1700000000000-0', [5, '1700000000000-0', {}]],
  [
    '/api/audit?actor=cli:root&action=key&target=acme&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00%2B01:00',
    [
      ...[100, undefined],
      {
        ...{ actor: 'cli:root', action: 'key', target: 'acme' },
        ...{ sinceMs: Date.UTC(2026, 0, 1), untilMs: Date.UTC(2026, 0, 1, 23) },
      },
    ],
  ],
  ['/api/audit?action=override.set', [100, undefined, { action: 'override.set' }]],
])('%s gives entries, the newest first', async (path, asked) => {
  const seen: unknown[] = [];
  const list = async (...args: unknown[]) => {
    seen.push(args);
    return [ENTRY];
  };
  const answer = await startTestAdmin({ audit: { list } }).call(path);
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({ entries: [ENTRY] });
  expect(seen).toEqual([asked]);
});
