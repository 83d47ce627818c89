import { expect, test } from 'vitest';
import type { JobSummary, Overview } from '../contract.ts';
import { createLiveFeed, type LiveFeed } from './feed.ts';

const overview = (at: string) => ({ at }) as Overview;
const job = (jobId: string, state = 'queued') => ({ jobId, state }) as JobSummary;

interface Open {
  events: AsyncIterator<string>;
  dropped(): boolean;
  leave(): void;
}

function open(
  feed: LiveFeed,
  { goesOn = () => true, jobs = [] }: { goesOn?: () => boolean; jobs?: JobSummary[] } = {},
): Open | undefined {
  const left = new AbortController();
  let dropped = false;
  const events = feed.listen(
    { overview: overview('first'), jobs: { changed: jobs } },
    goesOn,
  )?.({
    signal: left.signal,
    drop: () => {
      dropped = true;
    },
  });
  if (events === undefined) return undefined;
  return { events: events[Symbol.asyncIterator](), dropped: () => dropped, leave: () => left.abort() };
}

async function take({ events }: Open): Promise<string | undefined> {
  const { value, done } = await events.next();
  return done ? undefined : value;
}

function start({ maxListeners = 50 } = {}) {
  const clock = { ms: 0 };
  const count = { listening: 0 };
  const feed = createLiveFeed({
    onListener() {
      count.listening += 1;
      return () => {
        count.listening -= 1;
      };
    },
    now: () => clock.ms,
    maxListeners,
  });
  return { feed, clock, count };
}

test('a listener gets how things are, then each change', async () => {
  const { feed } = start();
  const listener = open(feed, { jobs: [job('1')] }) as Open;
  expect(await take(listener)).toBe('retry: 2000\n\n');
  expect(await take(listener)).toBe('event: overview\ndata: {"at":"first"}\n\n');
  expect(await take(listener)).toBe('event: jobs\ndata: {"changed":[{"jobId":"1","state":"queued"}]}\n\n');
  const next = take(listener);
  feed.publish(overview('second'), [job('1', 'running')]);
  expect(await next).toContain('second');
  expect(await take(listener)).toContain('running');
});

test('who reads slowly gets the newest, once', async () => {
  const { feed } = start();
  const listener = open(feed) as Open;
  await take(listener);
  await take(listener);
  for (const at of ['second', 'third']) feed.publish(overview(at), [job('1', at), job('2', at)]);
  expect(await take(listener)).toContain('third');
  expect(await take(listener)).toBe(
    'event: jobs\ndata: {"changed":[{"jobId":"1","state":"third"},{"jobId":"2","state":"third"}]}\n\n',
  );
});

test('what waits for a slow reader is bounded', async () => {
  const { feed } = start();
  const listener = open(feed) as Open;
  await take(listener);
  await take(listener);
  for (let at = 0; at < 1_000; at += 1) feed.publish(overview('x'), [job(String(at))]);
  await take(listener);
  const { changed } = JSON.parse((await take(listener))?.split('data: ')[1] ?? '') as {
    changed: JobSummary[];
  };
  expect([changed.length, changed[0]?.jobId, changed.at(-1)?.jobId]).toEqual([200, '800', '999']);
});

test('who takes nothing for half a minute is dropped, and others are not', async () => {
  const { feed, clock } = start();
  const [slow, quick] = [open(feed) as Open, open(feed) as Open];
  for (const listener of [slow, quick]) for (let count = 0; count < 2; count += 1) await take(listener);
  for (clock.ms = 0; clock.ms <= 32_000; clock.ms += 2_000) {
    const taken = take(quick);
    feed.publish(overview(String(clock.ms)), []);
    await taken;
  }
  expect([slow.dropped(), quick.dropped()]).toEqual([true, false]);
});

test('it ends with its session', async () => {
  const { feed, count } = start();
  let goesOn = true;
  const listener = open(feed, { goesOn: () => goesOn }) as Open;
  await take(listener);
  await take(listener);
  const next = take(listener);
  goesOn = false;
  feed.publish(overview('second'), []);
  expect(await next).toBeUndefined();
  expect(count.listening).toBe(0);
});

test('who leaves makes room', async () => {
  const { feed, count } = start({ maxListeners: 1 });
  const listener = open(feed) as Open;
  await take(listener);
  await take(listener);
  expect(count.listening).toBe(1);
  expect(open(feed)).toBeUndefined();
  const next = take(listener);
  listener.leave();
  expect(await next).toBeUndefined();
  expect(count.listening).toBe(0);
  expect(open(feed)).toBeDefined();
});
