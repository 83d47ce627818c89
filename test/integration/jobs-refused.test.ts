import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { consumeJobs, type JobStore, openJobStore, type RunAttempt } from '../../src/jobs/index.ts';
import { openRedis, type Redis } from '../../src/redis/index.ts';
import { expectProblem, startTestApi, type TestApi } from '../support/api.ts';
import { completed, open, QUICK_RECOVERY } from '../support/jobs.ts';
import { type RecordingLogger, recordingLogger } from '../support/recording-logger.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

/** A Redis that is there and does not take what is to be written. */
const PROMPT = 'heliotrope';
const config = loadConfig({ dataDir: '.', cwd: '.', set: ['jobs.backoff=20ms'] });
let redis: TestRedis;
let admin: Redis;
let log: RecordingLogger;
let store: JobStore;
let api: TestApi;

beforeEach(async () => {
  redis = await startTestRedis();
  admin = openRedis(redis.address, 'test-admin');
  await once(admin, 'ready');
  log = recordingLogger();
  const options = { address: redis.address, config, logger: log.logger, now: Date.now };
  store = await openJobStore(options);
  api = startTestApi(store);
});
afterEach(async () => {
  await api.app.close();
  await store.close();
  admin.disconnect();
  await redis.close();
});

const invoke = () => api.call('/claude/invoke', { method: 'POST', body: { prompt: PROMPT } });

test.each([
  [
    'is full',
    () => admin.config('SET', 'maxmemory', '1'),
    /OOM command not allowed/,
    () => admin.config('SET', 'maxmemory', '0'),
  ],
  [
    'lacks replicas',
    () => admin.config('SET', 'min-replicas-to-write', '1'),
    /NOREPLICAS Not enough good replicas/,
    () => admin.config('SET', 'min-replicas-to-write', '0'),
  ],
  [
    'is a read-only replica',
    () => admin.call('REPLICAOF', '127.0.0.1', '1'),
    /READONLY You can't write/,
    () => admin.call('REPLICAOF', 'NO', 'ONE'),
  ],
])(
  'while Redis %s a submission is 503, the log has why once, and its prompt never',
  async (_, refuse, why, recover) => {
    await refuse();
    for (let submission = 0; submission < 3; submission += 1) {
      expectProblem(await invoke(), 503, 'service_unavailable', 'Service temporarily unavailable');
    }
    expect(api.lines).toMatchObject([
      { level: 'error', code: 'store_unavailable', count: 1, reason: expect.stringMatching(why) },
    ]);
    await recover();
    await until(async () => (await invoke()).status === 202, 'submissions are taken again');
    expect(JSON.stringify([...api.lines, ...log.lines])).not.toContain(PROMPT);
  },
);

test('a script that fails with a bug is 500 and its prompt in no log line', async () => {
  await admin.call('ACL', 'SETUSER', 'default', '-xadd');
  expectProblem(await invoke(), 500, 'internal_error', 'Internal error');
  expect(api.lines.at(-1)).toMatchObject({
    code: 'internal_error',
    err: { type: 'ReplyError', message: expect.stringContaining("can't run this command") },
  });
  expect(JSON.stringify([...api.lines, ...log.lines])).not.toContain(PROMPT);
});

test('an attempt that cannot be written down leaves neither prompt nor result in the log', async () => {
  expect((await invoke()).status).toBe(202);
  const run: RunAttempt = async () => {
    await admin.config('SET', 'maxmemory', '1');
    return { ...completed, text: PROMPT };
  };
  const options = { address: redis.address, config, logger: log.logger, now: Date.now };
  const consumer = consumeJobs({ ...options, ...QUICK_RECOVERY, availability: open }, run);
  const failure = () => log.lines.find(({ message }) => message === 'attempt could not be written down');
  await until(() => failure() !== undefined, 'the end of the attempt is refused');
  expect(failure()).toMatchObject({ err: { code: 'store_unavailable' } });
  expect(JSON.stringify(log.lines)).not.toContain(PROMPT);
  await admin.config('SET', 'maxmemory', '0');
  await consumer.close(0);
});
