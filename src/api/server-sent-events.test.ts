import { expect, test } from 'vitest';
import { submission } from '../../test/support/jobs.ts';
import { createMemoryJobStore } from '../../test/support/memory-job-store.ts';
import { until } from '../../test/support/until.ts';
import { eventStream } from './server-sent-events.ts';

async function startStream(silentMs: number) {
  const store = createMemoryJobStore();
  await store.accept(submission('hello', 'request-1'));
  const { jobId } = store.newest();
  const abort = new AbortController();
  const stream = eventStream({ store, jobId, afterSeq: 0, signal: abort.signal, silentMs });
  return { store, jobId, abort, stream };
}

test('events that come one by one are sent one by one', async () => {
  const { store, jobId, stream } = await startStream(60_000);
  await stream.next();
  await stream.next();
  for (const seq of [2, 3, 4]) {
    const next = stream.next();
    await until(() => store.waiting() === 1, 'the stream waits');
    store.play(jobId, {}, { type: 'text', text: 'x' });
    expect((await next).value).toContain(`id: ${seq}\n`);
  }
  await stream.return(undefined);
});

test('a silent stream has heartbeats', async () => {
  const { stream } = await startStream(5);
  await stream.next();
  await stream.next();
  expect(await stream.next()).toEqual({ done: false, value: ': heartbeat\n\n' });
  await stream.return(undefined);
});

test('events are read only as they are taken', async () => {
  const { store, jobId, stream } = await startStream(60_000);
  let reads = 0;
  const { events } = store;
  store.events = (...args) => {
    reads += 1;
    return events(...args);
  };
  await stream.next();
  await stream.next();
  for (let index = 0; index < 100; index += 1) store.play(jobId, {}, { type: 'text', text: 'x' });
  expect(reads).toBe(1);
  await stream.return(undefined);
});

test('a stream whose client has left waits for nothing any more', async () => {
  const { store, abort, stream } = await startStream(60_000);
  await stream.next();
  await stream.next();
  const next = stream.next();
  await until(() => store.waiting() === 1, 'the stream waits');
  abort.abort();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(store.waiting()).toBe(0);
});

test('a stream goes on where it was when Redis was away', async () => {
  const { store, jobId, stream } = await startStream(60_000);
  await stream.next();
  expect((await stream.next()).value).toContain('id: 1\n');
  const { events } = store;
  store.events = async (...args) => {
    store.events = events;
    store.mode = 'away';
    return events(...args).finally(() => {
      store.mode = 'working';
    });
  };
  const next = stream.next();
  store.play(jobId, {}, { type: 'text', text: 'x' });
  expect((await next).value).toContain('id: 2\n');
  await stream.return(undefined);
});
