import { expect, test } from 'vitest';
import { copyFailure } from './copy-failure.ts';

const URL_WITH_TOKEN = 'https://x-access-token:secret@git.example.org/shop.git';

test.each([
  [`fatal: write error: No space left on device (${URL_WITH_TOKEN})`, 'git ended with 128: the disk is full'],
  [
    'error: unable to create file secret: Permission denied',
    'git ended with 128: a file could not be written',
  ],
  ['fatal: bad object refs/heads/secret', 'git ended with 128: its objects are damaged'],
  [`fatal: ${URL_WITH_TOKEN}: secret`, 'git ended with 128: it does not say why in words that are known'],
])('of %j nothing is repeated', (stderr, expected) => {
  expect(copyFailure({ code: 128, stderr })).toBe(expected);
});

test('a copy that took too long, or was killed, says so', () => {
  expect(copyFailure({ code: undefined, cut: 'timed_out', stderr: 'secret' })).toBe(
    'it took longer than workspaces.fetchTimeout',
  );
  expect(copyFailure({ code: undefined, stderr: '' })).toMatch(/^git ended with a signal/);
});
