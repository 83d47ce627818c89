import { expect, test } from 'vitest';
import type { JobRecord } from '../../jobs/index.ts';
import { eventText, jobText } from './text.ts';

const AT = '2026-01-01T00:00:00.000Z';
const JOB: JobRecord = {
  jobId: '3f0c9b1e-6b39-4a57-9d2c-0d8a4a3f1b11',
  owner: { tenant: 'default', client: 'service-a', tier: 'pro', keyId: 'key_1' },
  ...{ state: 'failed', attempts: 1, requestId: 'r-1', createdAt: AT, lastSeq: 3 },
  session: 'talk\u001b[2J',
  error: { code: 'run_failed' as never, message: 'no\r\nstate     completed' },
};

test('what callers, models and providers wrote does nothing to a terminal', () => {
  const text = jobText(JOB, undefined, {} as never);
  expect(text).toContain('session   talk<U+001B>[2J');
  expect(text).toContain('run_failed: no<U+000D><U+000A>state     completed');
  expect(text.split('\n').filter((line) => line.startsWith('state'))).toEqual(['state     failed']);
});

test.each([
  [{ type: 'tool', name: 'Bash\u001b[31m' }, '-- uses Bash<U+001B>[31m'],
  [{ type: 'artifact', path: 'a\nb.txt', bytes: 1 }, '-- made a<U+000A>b.txt (1 bytes)'],
  [{ type: 'error', error: { code: 'x', message: '\u0007' } }, '-- x: <U+0007>'],
  [{ type: 'text', text: 'two\nlines\u001b[2J' }, 'two\nlines<U+001B>[2J'],
])('%j is %j', (event, shown) => {
  expect(eventText({ seq: 1, at: AT, attempt: 1, ...event } as never)).toBe(shown);
});
