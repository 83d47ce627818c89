// What it costs to run a prompt, beside a server that starts `claude -p` for each. docs/pool.md says what each figure is.
import { randomBytes } from 'node:crypto';
import { MeasuredServer, type Timing } from './execution/measured-server.ts';
import { type RecordingModel, startRecordingModel } from './execution/recording-model.ts';
import type { Figures } from './run.ts';

/** One after the other, for the time that each takes. */
const SINGLE_REQUESTS = 15;
/** At once, for how many there are in a second. */
const CONCURRENCY = 4;
/** The CLI takes so many times as long without reuse. */
const SLOW_JOBS = 24;
const FAST_JOBS = 200;

/** As many run at once as the naive server runs. */
const WORKERS = `pool.workers=${CONCURRENCY}`;

interface Variant {
  name: string;
  kind: 'naive' | 'gatehouse';
  set?: string[];
  /** Workers that wait before each single request. */
  waiting: number;
  jobs: number;
}

const VARIANTS: Variant[] = [
  { name: 'naive', kind: 'naive', waiting: 0, jobs: SLOW_JOBS },
  {
    name: 'cold',
    kind: 'gatehouse',
    set: ['pool.warm.min=0', 'pool.warm.max=0'],
    waiting: 0,
    jobs: SLOW_JOBS,
  },
  {
    name: 'warm',
    kind: 'gatehouse',
    set: ['pool.warm.min=1', 'pool.warm.max=2', 'pool.reuse=never'],
    waiting: 1,
    jobs: SLOW_JOBS,
  },
  {
    name: 'reused',
    kind: 'gatehouse',
    set: ['pool.warm.min=0', `pool.warm.max=${CONCURRENCY}`, 'pool.recycle.jobs=10000'],
    waiting: 1,
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
      throughput_warm_to_naive: ratio('warm_jobs_per_s', 'naive_jobs_per_s'),
      first_text_naive_to_warm: ratio('naive_first_text_p50_ms', 'warm_first_text_p50_ms'),
      first_text_naive_to_reused: ratio('naive_first_text_p50_ms', 'reused_first_text_p50_ms'),
    };
  } finally {
    await model.close();
  }
}

async function measure({ name, kind, set, waiting, jobs }: Variant, model: RecordingModel): Promise<Figures> {
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
    const cpuBefore = server.cpuSeconds();
    const startedMs = performance.now();
    await inParallel(jobs, () => server.stream(prompt().text));
    await server.settled(0);
    const seconds = (performance.now() - startedMs) / 1_000;
    const cpuAfter = server.cpuSeconds();
    const firstText = singles.map(({ timing }) => timing.firstTextMs - timing.sentMs);
    const asked = singles.map(({ timing, askedAtMs }) => askedAtMs - timing.sentMs);
    const figures = {
      [`${name}_jobs_per_s`]: round(jobs / seconds),
      [`${name}_cpu_s_per_job`]:
        cpuBefore === null || cpuAfter === null ? null : Number(((cpuAfter - cpuBefore) / jobs).toFixed(4)),
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
    if (kind === 'gatehouse') process.stderr.write(`${JSON.stringify((await server.stats()).jobs)}\n`);
    return figures;
  } finally {
    await server.stop();
  }
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

async function inParallel(count: number, work: () => Promise<unknown>): Promise<void> {
  let left = count;
  const runner = async () => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, runner));
}

function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
