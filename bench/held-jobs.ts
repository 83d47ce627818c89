import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParser } from 'eventsource-parser';
import { loadConfig } from '../src/config/index.ts';
import { consumeJobs, type JobEvent } from '../src/jobs/index.ts';
import { silentLogger } from '../src/telemetry/index.ts';
import { killProcess, spawnApi } from '../test/support/api-process.ts';
import { type AssertedClient, assertedClient } from '../test/support/asserted-client.ts';
import { freePort } from '../test/support/free-port.ts';
import { completed, open } from '../test/support/jobs.ts';
import { startTestRedis } from '../test/support/redis.ts';
import { until } from '../test/support/until.ts';
import type { Figures } from './run.ts';

/**
 * What one api process holds: 1,000 queued jobs, half of them followed by an open event stream each. Then they all run,
 * and each stream is compared with what its job wrote. One stream in ten breaks off on the way and is taken up again.
 *
 * Keys of --json:
 * - queuedJobs, openStreams: how many there were at once
 * - apiIdleMb: resident memory of the api process before; apiHeldMb: with all of them; apiPeakMb: the most it ever had
 * - eventsSent: of the jobs that are followed; eventsLost, eventsRepeated: of these, over all streams
 * - acceptedPerSecond: submissions that one after another were accepted, 20 at a time
 */
const JOBS = 1_000;
const STREAMS = 500;
/** Streams that a client may have open is a limit of its tier, so there are many clients. */
const CLIENTS = 100;
const SUBMITTED_AT_ONCE = 20;
const EVENTS_PER_JOB = 30;
const TEXT = 'x'.repeat(200);
const RUN_AT_ONCE = 40;
/** One in so many streams breaks off. */
const BREAKING = 10;
const LONGEST_MS = 120_000;

export async function run(): Promise<Figures> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-held-'));
  const key = randomBytes(32);
  await writeFile(join(dir, 'key'), key.toString('hex'), { mode: 0o600 });
  const redis = await startTestRedis();
  const port = await freePort();
  const settings = [
    `redis.url=${redis.address.url}`,
    `listen.api=127.0.0.1:${port}`,
    'listen.apiHttp=127.0.0.1:0',
    `identity.assertion.keyFile=${join(dir, 'key')}`,
    `pool.workers=${RUN_AT_ONCE}`,
  ];
  const api = spawnApi(dir, settings);
  const client = assertedClient(port, key);
  try {
    await until(
      () =>
        client.call('/ready').then(
          ({ status }) => status === 200,
          () => false,
        ),
      'the api answers',
      LONGEST_MS,
    );
    const idleMb = memoryMb(api.pid, 'VmRSS');
    note(`the api has ${idleMb} MB`);

    const startedAt = performance.now();
    const streams = await hold(client);
    const acceptedPerSecond = Math.round(JOBS / ((performance.now() - startedAt) / 1000));
    const heldMb = memoryMb(api.pid, 'VmRSS');
    note(`with ${JOBS} jobs queued and ${STREAMS} streams open it has ${heldMb} MB`);

    const worker = consumeJobs(
      {
        ...{ address: redis.address, config: loadConfig({ dataDir: dir, cwd: dir, set: settings }) },
        ...{ logger: silentLogger, now: Date.now, availability: open },
      },
      async (_, report) => {
        for (let at = 0; at < EVENTS_PER_JOB; at += 1) await report({ type: 'text', text: TEXT });
        return completed;
      },
    );
    const received = await Promise.all(streams.map((stream) => stream.end));
    await worker.close(0);
    const peakMb = memoryMb(api.pid, 'VmHWM');

    // Queued, running, the text, the result and the last state.
    const perJob = EVENTS_PER_JOB + 4;
    const lost = received.reduce((sum, seqs) => sum + perJob - new Set(seqs).size, 0);
    const repeated = received.reduce((sum, seqs) => sum + seqs.length - new Set(seqs).size, 0);
    note(`at the most it had ${peakMb} MB; ${lost} events lost, ${repeated} repeated`);
    return {
      ...{ queuedJobs: JOBS, openStreams: STREAMS, apiIdleMb: idleMb, apiHeldMb: heldMb, apiPeakMb: peakMb },
      ...{ eventsSent: STREAMS * perJob, eventsLost: lost, eventsRepeated: repeated, acceptedPerSecond },
    };
  } finally {
    await killProcess(api);
    await redis.close();
    await rm(dir, { recursive: true, force: true });
  }
}

interface FollowedJob {
  /** The sequence numbers that came, once the job has ended. */
  end: Promise<number[]>;
}

/** Submits every job; every other one is followed. */
async function hold(client: AssertedClient): Promise<FollowedJob[]> {
  const streams: FollowedJob[] = [];
  const submit = async (at: number): Promise<void> => {
    const as = { client: `client-${at % CLIENTS}` };
    const body = { prompt: 'hello' };
    if (at % (JOBS / STREAMS) !== 0) {
      const { status } = await client.call('/claude/invoke', { method: 'POST', body, as });
      if (status !== 202) throw new Error(`a submission was answered with ${status}`);
      return;
    }
    const stream = await client.open('/claude/stream', { method: 'POST', body, as });
    if (stream.statusCode !== 200) throw new Error(`a stream was answered with ${stream.statusCode}`);
    streams.push({ end: follow(client, stream, as, streams.length % BREAKING === 0) });
  };
  await Promise.all(
    Array.from({ length: SUBMITTED_AT_ONCE }, async (_, first) => {
      for (let at = first; at < JOBS; at += SUBMITTED_AT_ONCE) await submit(at);
    }),
  );
  return streams;
}

/** Reads a stream to the end of its job. @param breaks whether it is cut in the middle and taken up again */
async function follow(
  client: AssertedClient,
  stream: IncomingMessage,
  as: { client: string },
  breaks: boolean,
): Promise<number[]> {
  const seqs: number[] = [];
  const path = String(stream.headers['content-location']);
  await read(stream, seqs, breaks ? EVENTS_PER_JOB / 2 : Number.POSITIVE_INFINITY);
  if (breaks) {
    const headers = { 'last-event-id': String(seqs.at(-1) ?? 0) };
    await read(await client.open(path, { as, headers }), seqs, Number.POSITIVE_INFINITY);
  }
  return seqs;
}

async function read(stream: IncomingMessage, seqs: number[], untilSeq: number): Promise<void> {
  let cut = false;
  const parser = createParser({
    onEvent({ data }) {
      if (cut) return;
      const { seq } = JSON.parse(data) as JobEvent;
      seqs.push(seq);
      cut = seq >= untilSeq;
    },
  });
  for await (const chunk of stream.setEncoding('utf8')) {
    parser.feed(chunk as string);
    if (cut) break;
  }
}

function memoryMb(pid: number | undefined, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
