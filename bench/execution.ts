// What it costs to run a prompt, beside a server that starts `claude -p` for each. docs/pool.md says what each figure is.
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { MeasuredServer, type Timing } from './execution/measured-server.ts';
import { type RecordingModel, startRecordingModel } from './execution/recording-model.ts';
import type { Figures } from './run.ts';

/** One after the other, for the time that each takes. */
const SINGLE_REQUESTS = 15;
/** Callers at once, for how many there are in a second. */
const CALLERS = 4;
/** The CLI takes so many times as long without reuse. */
const SLOW_JOBS = 24;
const FAST_JOBS = 400;

/** A run of the stand-in's leaves a core nothing to wait for: with more at once they only take each other's caches. */
const CORES = availableParallelism();
const WORKERS = `pool.workers=${CORES}`;

interface Variant {
  name: string;
  kind: 'naive' | 'gatehouse';
  set?: string[];
  /** Workers that wait before each single request. */
  waiting: number;
  /** Numbers of callers, of which the one counts with which there are most in a second. */
  callers: number[];
  /** Before those that count, so that what is measured is how it goes on. */
  jobsBefore?: number;
  jobs: number;
}

const VARIANTS: Variant[] = [
  // It starts a CLI for each caller: as many as there are cores, or more.
  { name: 'naive', kind: 'naive', waiting: 0, callers: [CORES, CALLERS], jobs: SLOW_JOBS },
  {
    name: 'cold',
    kind: 'gatehouse',
    set: ['pool.warm.min=0', 'pool.warm.max=0'],
    waiting: 0,
    callers: [CALLERS],
    jobs: SLOW_JOBS,
  },
  {
    name: 'warm',
    kind: 'gatehouse',
    set: ['pool.warm.min=1', 'pool.warm.max=2', 'pool.reuse=never'],
    waiting: 1,
    callers: [CALLERS],
    jobs: SLOW_JOBS,
  },
  // As Gatehouse is configured where nobody says anything, with the starts of workers that take the place of others.
  {
    name: 'reused',
    kind: 'gatehouse',
    set: [],
    waiting: 1,
    callers: [CALLERS],
    jobsBefore: 100,
    jobs: FAST_JOBS,
  },
];

export async function run(): Promise<Figures> {
  const model = await startRecordingModel();
  try {
    const figures: Figures = {};
    for (const variant of VARIANTS) Object.assign(figures, await measure(variant, model));
    const ratio = (over: string, under: string) => round(Number(figures[over]) / Number(figures[under]));
    return {
      ...figures,
      throughput_reused_to_naive: ratio('reused_jobs_per_s', 'naive_jobs_per_s'),
      cpu_naive_to_reused: ratio('naive_cpu_s_per_job', 'reused_cpu_s_per_job'),
      throughput_warm_to_naive: ratio('warm_jobs_per_s', 'naive_jobs_per_s'),
      first_text_naive_to_warm: ratio('naive_first_text_p50_ms', 'warm_first_text_p50_ms'),
      first_text_naive_to_reused: ratio('naive_first_text_p50_ms', 'reused_first_text_p50_ms'),
    };
  } finally {
    await model.close();
  }
}

async function measure(variant: Variant, model: RecordingModel): Promise<Figures> {
  const { name, kind, set, waiting, callers, jobsBefore = 0, jobs } = variant;
  const server = await MeasuredServer.start(kind, model.url, set === undefined ? [] : [WORKERS, ...set]);
  try {
    // The first has to load the CLI from the disk, and starts the worker that is reused.
    await server.stream(prompt().text);
    const singles: { timing: Timing; askedAtMs: number }[] = [];
    for (let count = 0; count < SINGLE_REQUESTS; count += 1) {
      await server.settled(waiting);
      const { text, mark } = prompt();
      const timing = await server.stream(text);
      singles.push({ timing, askedAtMs: model.askedAtMs(mark) ?? Number.NaN });
    }
    const alone = kind === 'gatehouse' && name === 'warm' ? await measureAlone(server, model) : undefined;
    const most = await measureThroughput(server, { callers, jobsBefore, jobs });
    const firstText = singles.map(({ timing }) => timing.firstTextMs - timing.sentMs);
    const asked = singles.map(({ timing, askedAtMs }) => askedAtMs - timing.sentMs);
    const figures = {
      [`${name}_jobs_per_s`]: round(most.jobsPerSecond),
      [`${name}_callers`]: most.callers,
      [`${name}_cpu_s_per_job`]: most.cpuSecondsPerJob,
      [`${name}_first_text_p50_ms`]: round(quantile(firstText, 0.5)),
      [`${name}_first_text_p95_ms`]: round(quantile(firstText, 0.95)),
      [`${name}_model_asked_p50_ms`]: round(quantile(asked, 0.5)),
      ...(alone === undefined
        ? {}
        : {
            cli_alone_model_asked_p50_ms: round(quantile(alone, 0.5)),
            overhead_warm_p50_ms: round(quantile(asked, 0.5) - quantile(alone, 0.5)),
          }),
    };
    process.stderr.write(`${JSON.stringify(figures)}\n`);
    if (kind === 'gatehouse') process.stderr.write(`${JSON.stringify(await server.stats())}\n`);
    return figures;
  } finally {
    await server.stop();
  }
}

interface Throughput {
  callers: number;
  jobsPerSecond: number;
  /** Null where nothing counts it. */
  cpuSecondsPerJob: number | null;
}

/** @returns what it was with the number of callers that suits the server best */
async function measureThroughput(
  server: MeasuredServer,
  { callers, jobsBefore, jobs }: Pick<Variant, 'callers' | 'jobs'> & { jobsBefore: number },
): Promise<Throughput> {
  const measured: Throughput[] = [];
  for (const count of callers) {
    await inParallel(count, jobsBefore, () => server.stream(prompt().text));
    await server.settled(0);
    const cpuBefore = server.cpuSeconds();
    const startedMs = performance.now();
    await inParallel(count, jobs, () => server.stream(prompt().text));
    await server.settled(0);
    const seconds = (performance.now() - startedMs) / 1_000;
    const cpuAfter = server.cpuSeconds();
    measured.push({
      callers: count,
      jobsPerSecond: jobs / seconds,
      cpuSecondsPerJob:
        cpuBefore === null || cpuAfter === null ? null : Number(((cpuAfter - cpuBefore) / jobs).toFixed(4)),
    });
  }
  return measured.reduce((best, next) => (next.jobsPerSecond > best.jobsPerSecond ? next : best));
}

/** How long a worker that is ready takes by itself from the prompt to its model request. */
async function measureAlone(server: MeasuredServer, model: RecordingModel): Promise<number[]> {
  const times: number[] = [];
  for (let count = 0; count < SINGLE_REQUESTS; count += 1) {
    const { text, mark } = prompt();
    const wroteAtMs = await server.runAlone(text);
    times.push((model.askedAtMs(mark) ?? Number.NaN) - wroteAtMs);
  }
  return times;
}

function prompt(): { text: string; mark: string } {
  const mark = `mark-${randomBytes(6).toString('hex')}`;
  return { mark, text: `stand-in: say ${mark}` };
}

async function inParallel(callers: number, jobs: number, work: () => Promise<unknown>): Promise<void> {
  let left = jobs;
  const runner = async () => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: callers }, runner));
}

function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
