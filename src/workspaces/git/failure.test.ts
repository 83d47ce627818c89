import { expect, test } from 'vitest';
import { failureSentence, fetchFailure, isPassing } from './failure.ts';

test.each([
  ["fatal: Authentication failed for 'https://host/a/'", 'refused'],
  ['fatal: could not read Username for https://host: terminal prompts disabled', 'refused'],
  ['git@host: Permission denied (publickey).\nfatal: Could not read from remote repository.', 'refused'],
  ['fatal: unable to access https://host/a/: The requested URL returned error: 403', 'refused'],
  ["fatal: repository 'https://host/a/' not found", 'not_found'],
  ["fatal: '/srv/a' does not appear to be a git repository", 'not_found'],
  ['fatal: unable to access https://host/: Could not resolve host: host', 'unreachable'],
  ['ssh: connect to host h port 22: Connection refused', 'unreachable'],
  ['error: RPC failed; curl 18 transfer closed\nfatal: early EOF\nfatal: index-pack failed', 'unreachable'],
  ['fatal: unable to update url base from redirection', 'moved'],
  ['Host key verification failed.\nfatal: Could not read from remote repository.', 'unknown_host_key'],
  ['error: object file objects/aa/bb is empty', 'damaged'],
  ['something else', 'failed'],
] as const)('%j is %s', (stderr, failure) => {
  expect(fetchFailure(stderr, undefined)).toBe(failure);
  expect(failureSentence('shop', failure)).toMatch(
    /^The workspace shop could not be fetched: .*\. .* the operator\.$/,
  );
});

test('what took too long may pass, what was refused does not', () => {
  expect(fetchFailure('', 'timed_out')).toBe('timed_out');
  expect(isPassing('timed_out')).toBe(true);
  expect(isPassing('refused')).toBe(false);
});
