import { type Config, loadConfig } from '../../src/config/index.ts';
import {
  type AttemptOutcome,
  type Availability,
  consumeJobs,
  type JobConsumer,
  type JobEvent,
  type JobOwner,
  type JobStore,
  openJobStore,
  type RunAttempt,
  type Submission,
} from '../../src/jobs/index.ts';
import type { RedisAddress } from '../../src/redis/index.ts';
import { silentLogger } from '../../src/telemetry/index.ts';

export const owner: JobOwner = { tenant: 'default', client: 'service-a', tier: 'pro', keyId: 'key_1' };

export const usage = {
  input_tokens: 10,
  output_tokens: 5,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
};

export const completed: AttemptOutcome = {
  kind: 'completed',
  text: 'done',
  model: 'stand-in',
  usage,
  costUsd: 0.01,
};

export const overloaded: AttemptOutcome = {
  kind: 'failed',
  error: { code: 'provider_overloaded', message: 'The provider is overloaded.' },
  retryable: true,
  usage,
  costUsd: 0.02,
};

/** What the api hands over. */
export function submission(prompt = 'hello', requestId = 'request-1'): Submission {
  return { owner, permissions: {}, request: { prompt }, requestId };
}

/** What makes a killed worker's job come back within seconds. */
export const QUICK_RECOVERY = { leaseMs: 1_000 };

/** Model requests would be answered. */
export const open = () => ({ kind: 'open' as const });

let installations = 0;

/** Jobs in a key space of their own, so that tests on one Redis do not meet. */
export interface TestJobs {
  store: JobStore;
  keyPrefix: string;
  config: Config;
  /** @param availability of the model provider; without it, it can be asked */
  work(run: RunAttempt, availability?: () => Availability): JobConsumer;
  /** Accepts a job and says its id. */
  submit(prompt?: string): Promise<string>;
  close(): Promise<void>;
}

/** @param set configuration, as `a.b=value` */
export async function startTestJobs(redis: { address: RedisAddress }, ...set: string[]): Promise<TestJobs> {
  installations += 1;
  const keyPrefix = `test-${process.pid}-${installations}`;
  const config = loadConfig({
    dataDir: '.',
    cwd: '.',
    set: [`redis.keyPrefix=${keyPrefix}`, 'jobs.backoff=20ms', ...set],
  });
  const options = { address: redis.address, config, logger: silentLogger, now: Date.now };
  const store = await openJobStore(options);
  const consumers: JobConsumer[] = [];
  return {
    store,
    keyPrefix,
    config,
    work(run, availability = open) {
      const consumer = consumeJobs({ ...options, ...QUICK_RECOVERY, availability }, run);
      consumers.push(consumer);
      return consumer;
    },
    async submit(prompt = 'hello') {
      const acceptance = await store.accept(submission(prompt));
      if (acceptance.kind !== 'accepted') throw new Error(acceptance.kind);
      return acceptance.record.jobId;
    },
    async close() {
      await Promise.all(consumers.map((consumer) => consumer.close(0)));
      await store.close();
    },
  };
}

/** The states that a job went through, each with the attempt that wrote it. */
export function statesOf(events: JobEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'status' ? [`${event.attempt}:${event.state}`] : []));
}
