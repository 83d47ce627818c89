import { appendFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '../../src/config/index.ts';
import { consumeJobs, JobsError } from '../../src/jobs/index.ts';
import { silentLogger } from '../../src/telemetry/index.ts';
import { completed, open } from './jobs.ts';

/**
 * A worker process whose jobs take a while, write text and a file, and are written down in a journal: when each attempt
 * begins and ends. Arguments: journal, lease in milliseconds, then settings as `a.b.c=value`.
 */
const [journal = '', leaseMs = '', ...set] = process.argv.slice(2);
const config = loadConfig({ dataDir: '.', cwd: '.', set });
/** The same clock for every process of this host. */
const note = (what: string, jobId: string, attempt: number) =>
  appendFileSync(journal, `${process.hrtime.bigint() / 1000n} ${process.pid} ${what} ${jobId} ${attempt}\n`);

consumeJobs(
  {
    address: { url: config.redis.url ?? '' },
    ...{ config, logger: silentLogger, now: Date.now, availability: open, leaseMs: Number(leaseMs) },
  },
  async ({ jobId, attempt, request, artifacts }, report, signal) => {
    note('begin', jobId, attempt);
    try {
      const steps = Number(request.prompt);
      for (let step = 0; step < steps; step += 1) {
        await delay(50, undefined, { signal });
        // While Redis is away this waits; an attempt that is to end does not wait for it.
        await Promise.race([report({ type: 'text', text: `${attempt}.${step} ` }), aborted(signal)]);
      }
      await Promise.race([artifacts.save('made.txt', Readable.from([`${attempt}`])), aborted(signal)]);
      return { ...completed, text: `of attempt ${attempt}` };
    } catch (error) {
      if (!signal.aborted && !(error instanceof JobsError)) throw error;
      const reason = { code: 'canceled', message: 'Stopped.' } as const;
      return { kind: 'failed', error: reason, retryable: false };
    } finally {
      note('end', jobId, attempt);
    }
  },
);
process.send?.('ready');

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
