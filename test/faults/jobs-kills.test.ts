import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobEvent } from '../../src/jobs/index.ts';
import { openRedis, redisKeys } from '../../src/redis/index.ts';
import { killProcess, spawnApi } from '../support/api-process.ts';
import { assertedClient } from '../support/asserted-client.ts';
import { freePort } from '../support/free-port.ts';
import { statesOf } from '../support/jobs.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const JOBS = 200;
const SUBMITTERS = 8;
const WORKERS = 3;
const PLACES = 4;
const STRIKES = 15;
const ATTEMPTS = 2;
const LEASE_MS = 2_000;
/** Between two kills. */
const PAUSE_MS = [300, 900] as const;

type Victim = 'api' | 'worker' | 'redis' | 'host';
const VICTIMS: Victim[] = ['api', 'worker', 'worker', 'redis', 'host'];

let redis: TestRedis;
let dir: string;
let journal: string;
let port: number;
let settings: string[];
const key = randomBytes(32);
let api: ChildProcess;
const workers: ChildProcess[] = [];
/** When each process was killed, in microseconds of the host's clock. */
const killedAt = new Map<number, bigint>();
const kills: Record<Victim, number> = { api: 0, worker: 0, redis: 0, host: 0 };

beforeAll(async () => {
  redis = await startTestRedis();
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-kills-'));
  journal = join(dir, 'journal');
  await writeFile(join(dir, 'assertion.key'), key.toString('hex'), { mode: 0o600 });
  port = await freePort();
  settings = [
    `redis.url=${redis.address.url}`,
    `listen.api=127.0.0.1:${port}`,
    'listen.apiHttp=127.0.0.1:0',
    `identity.assertion.keyFile=${join(dir, 'assertion.key')}`,
    `jobs.artifacts.folder=${join(dir, 'artifacts')}`,
    `jobs.sessions.folder=${join(dir, 'sessions')}`,
    `jobs.attempts=${ATTEMPTS}`,
    `pool.workers=${PLACES}`,
  ];
  await startAll();
});
afterAll(async () => {
  await Promise.all([api, ...workers].map(kill));
  await redis.close();
  await rm(dir, { recursive: true, force: true });
});

/** What is killed before it has begun would never do anything, on a machine that is slow enough. */
async function startApi(): Promise<void> {
  api = spawnApi(dir, settings);
  const isReady = async () => (await assertedClient(port, key).call('/ready')).status === 200;
  await until(() => isReady().catch(() => false), 'the api is ready', 60_000);
}

async function startWorker(n: number): Promise<void> {
  const script = fileURLToPath(new URL('../support/journaling-worker.ts', import.meta.url));
  const child = fork(script, [journal, String(LEASE_MS), ...settings], { execArgv: [] });
  workers[n] = child;
  await once(child, 'message');
}

async function startAll(): Promise<void> {
  await Promise.all([startApi(), ...Array.from({ length: WORKERS }, (_, n) => startWorker(n))]);
}

async function kill(child: ChildProcess | undefined): Promise<void> {
  await killProcess(child);
  killedAt.set(child?.pid ?? 0, process.hrtime.bigint() / 1000n);
}

async function strike(victim: Victim): Promise<void> {
  kills[victim] += 1;
  if (victim === 'api') {
    await kill(api);
    await startApi();
  } else if (victim === 'worker') {
    const n = Math.floor(Math.random() * WORKERS);
    await kill(workers[n]);
    await startWorker(n);
  } else if (victim === 'redis') {
    await redis.kill();
    await redis.start();
  } else {
    await Promise.all([kill(api), ...workers.map(kill), redis.kill()]);
    await redis.start();
    await startAll();
  }
}

/** Sends a job until it is accepted, as a client with an Idempotency-Key does. */
async function submit(): Promise<string> {
  const headers = { 'idempotency-key': randomUUID() };
  const body = { prompt: String(5 + Math.floor(Math.random() * 30)) };
  for (;;) {
    const answer = await assertedClient(port, key)
      .call('/claude/invoke', { method: 'POST', body, headers })
      .catch(() => undefined);
    if (answer?.status === 202 || answer?.status === 200) return String(answer.body.jobId);
    await delay(100);
  }
}

interface Run {
  jobId: string;
  attempt: number;
  begin: bigint;
  end: bigint;
}

/** Every attempt, with the time from its beginning to its end or its process's. */
function runs(): Run[] {
  const found = new Map<string, Run>();
  for (const line of existsSync(journal) ? readFileSync(journal, 'utf8').trim().split('\n') : []) {
    const [at = '', pid = '', what, jobId = '', attempt = ''] = line.split(' ');
    const name = `${pid} ${jobId} ${attempt}`;
    const run = found.get(name) ?? { jobId, attempt: Number(attempt), begin: 0n, end: 0n };
    if (what === 'begin') run.begin = BigInt(at);
    run.end = what === 'end' ? BigInt(at) : (killedAt.get(Number(pid)) ?? 2n ** 62n);
    found.set(name, run);
  }
  return [...found.values()];
}

test(`of ${JOBS} jobs under kill -9 of api, worker, Redis and all at once, each ends once and none runs twice at once`, async () => {
  const accepted: string[] = [];
  let struck = 0;
  const submitting = Array.from({ length: SUBMITTERS }, async (_, n) => {
    for (let sent = n; sent < JOBS; sent += SUBMITTERS) {
      // As fast as parts are killed and started again, so that there is always something to lose.
      await until(() => struck >= Math.floor((sent * STRIKES) / JOBS), 'the next part was killed', 60_000);
      accepted.push(await submit());
    }
  });
  const strikes = (async () => {
    for (struck = 0; struck < STRIKES; struck += 1) {
      await delay(PAUSE_MS[0] + Math.random() * (PAUSE_MS[1] - PAUSE_MS[0]));
      await strike(VICTIMS[struck % VICTIMS.length] as Victim);
    }
  })();
  await Promise.all([...submitting, strikes]);

  expect(new Set(accepted).size).toBe(JOBS);
  const admin = openRedis(redis.address, 'test-admin');
  admin.on('error', () => {});
  await until(async () => (await admin.ping().catch(() => '')) === 'PONG', 'Redis answers', 30_000);
  const keys = redisKeys('gatehouse');
  const records = () =>
    Promise.all(accepted.map(async (jobId) => ({ jobId, ...(await admin.hgetall(keys.job(jobId))) })));
  type StoredRecord = { jobId: string; state?: string; attempts?: string; handedBack?: string };
  const isOver = ({ state }: StoredRecord) => state === 'completed' || state === 'failed';
  await until(
    async () => ((await records()) as StoredRecord[]).every(isOver),
    'every job has its final state',
    120_000,
  );

  const all = (await records()) as StoredRecord[];
  const attempts: Record<string, number> = {};
  let handedBack = 0;
  for (const record of all) {
    const { jobId, state = '' } = record;
    const begun = Number(record.attempts);
    handedBack += Number(record.handedBack);
    // What the worker ended itself, as it was cut off from Redis, is given again.
    expect(begun - Number(record.handedBack), jobId).toBeLessThanOrEqual(ATTEMPTS);
    const log = await admin.xrange(keys.jobEvents(jobId), '-', '+');
    const events = log.map(([id, [, , , attempt, , body]]): JobEvent => {
      return { seq: Number.parseInt(id, 10), at: '', attempt: Number(attempt), ...JSON.parse(body ?? '') };
    });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    // Attempts follow each other in the log: none appends once the next has begun.
    expect(events.map(({ attempt }) => attempt)).toEqual(
      events.map(({ attempt }) => attempt).sort((a, b) => a - b),
    );
    const ends = statesOf(events).filter((each) => /completed|failed/.test(each));
    expect(ends).toEqual([`${begun}:${state}`]);
    const name = `${state} after ${begun}`;
    attempts[name] = (attempts[name] ?? 0) + 1;
  }
  const byJob = Map.groupBy(runs(), ({ jobId }) => jobId);
  let overlaps = 0;
  for (const [, [...tries]] of byJob) {
    tries.sort((a, b) => Number(a.begin - b.begin));
    for (const [index, run] of tries.entries()) {
      const next = tries[index + 1];
      if (next !== undefined && next.begin < run.end) overlaps += 1;
    }
  }
  const table = [
    ['jobs accepted', JOBS],
    ...Object.entries(kills).map(([victim, count]) => [`kill -9 of ${victim}`, count]),
    ...Object.entries(attempts)
      .sort()
      .map(([name, count]) => [name, count]),
    ['attempts handed back', handedBack],
    ['attempts begun', runs().length],
    ['jobs that ran twice at once', overlaps],
    ['jobs left in the queue', await admin.hlen(keys.queue.entries)],
  ];
  console.log(
    ['| what | how many |', '|---|---|', ...table.map(([what, n]) => `| ${what} | ${n} |`)].join('\n'),
  );
  expect(overlaps).toBe(0);
  await until(async () => (await admin.hlen(keys.queue.entries)) === 0, 'the queue is empty', 30_000);
  admin.disconnect();
}, 240_000);
