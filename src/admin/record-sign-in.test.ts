import { expect, test } from 'vitest';
import { recordingLogger } from '../../test/support/recording-logger.ts';
import { createSignInRecord } from './record-sign-in.ts';
import type { Visitor } from './sign-in/visitor.ts';

const visitor = (name: string, role: Visitor['role']): Visitor => ({
  ...{ name, role, output: false, via: 'session' },
  session: { id: 'x', expiresAtMs: 1 },
});

function start(append: (entry: object) => Promise<void>) {
  const { logger, lines } = recordingLogger();
  return { lines, record: createSignInRecord({ append, list: async () => [] }, logger) };
}

test("an operator's session is in the audit and in the log, a viewer's in the log alone", async () => {
  const entries: object[] = [];
  const { record, lines } = start(async (entry) => void entries.push(entry));
  await record('session.begin', visitor('lead', 'operator'), '127.0.0.1');
  await record('session.begin', visitor('wallboard', 'viewer'), '127.0.0.1');
  expect(entries).toEqual([
    { actor: 'admin:lead', action: 'session.begin', target: 'lead', details: { address: '127.0.0.1' } },
  ]);
  expect(lines.map(({ actor }) => actor)).toEqual(['admin:lead', 'admin:wallboard']);
});

test('while Redis is away people sign in all the same, and the log says that the audit lacks it', async () => {
  const { record, lines } = start(() => Promise.reject(new Error('away')));
  await record('session.begin', visitor('lead', 'operator'), '127.0.0.1');
  expect(lines).toMatchObject([{ code: 'session.begin' }, { level: 'warn', code: 'store_unavailable' }]);
});
