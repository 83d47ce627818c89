import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { estimateWait, type WaitEstimate } from '../src/jobs/index.ts';
import { completed, startTestJobs, submission } from '../test/support/jobs.ts';
import { startTestRedis } from '../test/support/redis.ts';
import { seededRandom } from './load/zipf.ts';
import type { Figures } from './run.ts';

/**
 * Whether estimatedWait is honest: jobs come in bursts to a few workers, so that the queue grows and empties, and of each
 * the range that its caller was told is compared with the time from acceptance to its end. The runs' lengths are
 * log-normal, as times to do something are: most take 1 to 4 s, some three times as long.
 *
 * Keys of --json:
 * - jobs: how many; told: of these, estimated from what jobs before them took, as the others were told the guide's range
 * - insideShare: of the told ones, the share whose end was inside the range; early, late: shares outside it
 * - widthMedian: the range's high end by its low end plus 1 s, in the middle: a range that says all is honest too
 * - queuedMax: most jobs that waited at once
 */
const JOBS = 200;
const PLACES = 6;
const MEDIAN_RUN_MS = 1_600;
const SIGMA = 0.6;
/** Jobs of a burst, and the pause before the next one. */
const BURST = { from: 4, to: 30, pauseMs: 6_000 };
const SEED = 20_260_102;

interface Told {
  estimate: WaitEstimate;
  fromRuns: boolean;
  tookMs: number;
}

export async function run(): Promise<Figures> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-estimates-'));
  const redis = await startTestRedis();
  const folders = ['artifacts', 'sessions'].map((name) => `jobs.${name}.folder=${join(dir, name)}`);
  const jobs = await startTestJobs(redis, `pool.workers=${PLACES}`, ...folders);
  try {
    const random = seededRandom(SEED);
    const runMs = Array.from({ length: JOBS }, () => MEDIAN_RUN_MS * Math.exp(SIGMA * normal(random)));
    jobs.work(async ({ request }) => {
      await delay(runMs[Number(request.prompt)]);
      return completed;
    });
    let queuedMax = 0;
    const told: Promise<Told>[] = [];
    while (told.length < JOBS) {
      const burst = BURST.from + Math.floor(random() * (BURST.to - BURST.from));
      for (let at = 0; at < burst && told.length < JOBS; at += 1) {
        const acceptance = await jobs.store.accept(submission(String(told.length)));
        if (acceptance.kind !== 'accepted') throw new Error(acceptance.kind);
        const acceptedAt = performance.now();
        const outlook = await jobs.store.outlook();
        queuedMax = Math.max(queuedMax, outlook.waiting);
        const estimate = estimateWait(acceptance.position, outlook);
        const { jobId } = acceptance.record;
        told.push(
          jobs.store.waitForEnd(jobId, AbortSignal.timeout(600_000)).then(() => ({
            ...{ estimate, fromRuns: outlook.durationsMs.length >= 10 },
            tookMs: performance.now() - acceptedAt,
          })),
        );
      }
      note(`${told.length} jobs sent, ${queuedMax} waited at once`);
      await delay(random() * BURST.pauseMs);
    }
    return figures(await Promise.all(told), queuedMax);
  } finally {
    await jobs.close();
    await redis.close();
    await rm(dir, { recursive: true, force: true });
  }
}

function figures(all: Told[], queuedMax: number): Figures {
  const told = all.filter(({ fromRuns }) => fromRuns);
  const share = (of: (each: Told) => boolean) => round(told.filter(of).length / told.length);
  const widths = told.map(({ estimate }) => estimate.highS / (estimate.lowS + 1)).sort((a, b) => a - b);
  const early = share(({ estimate, tookMs }) => tookMs < estimate.lowS * 1000);
  const late = share(({ estimate, tookMs }) => tookMs > estimate.highS * 1000);
  return {
    ...{ jobs: all.length, told: told.length, insideShare: round(1 - early - late), early, late },
    ...{ widthMedian: round(widths[Math.floor(widths.length / 2)] ?? 0), queuedMax },
  };
}

/** Box and Muller's: two even numbers to one of the normal distribution. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
