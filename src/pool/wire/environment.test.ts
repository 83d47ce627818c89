import { expect, test } from 'vitest';
import { cliEnvironment } from './environment.ts';

const paths = { work: '/w', home: '/h', config: '/c', temp: '/t', modelSocket: '/m.sock' };
const limits = { requestTimeoutMs: 300_000, idleTimeoutMs: 60_000 };

test('everything that the CLI keeps goes to folders of its own', () => {
  expect(cliEnvironment(paths, limits)).toMatchObject({
    HOME: '/h',
    CLAUDE_CONFIG_DIR: '/c',
    TMPDIR: '/t',
    XDG_RUNTIME_DIR: '/t',
    ANTHROPIC_UNIX_SOCKET: '/m.sock',
  });
});

test("the CLI's deadlines come after the model proxy's", () => {
  const environment = cliEnvironment(paths, limits);
  expect(Number(environment.API_TIMEOUT_MS)).toBeGreaterThan(limits.requestTimeoutMs);
  expect(Number(environment.CLAUDE_STREAM_IDLE_TIMEOUT_MS)).toBeGreaterThan(limits.idleTimeoutMs);
});

test('nothing of our own environment is in it', () => {
  process.env.GATEHOUSE_TEST_SECRET = 'secret-of-the-host';
  try {
    expect(JSON.stringify(cliEnvironment(paths, limits))).not.toContain('secret-of-the-host');
  } finally {
    delete process.env.GATEHOUSE_TEST_SECRET;
  }
});
