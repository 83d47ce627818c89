import { expect, test } from 'vitest';
import { eventsOf } from './job.fixture.ts';
import { timelineOf } from './timeline.ts';

const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;

test('a job that completes waits, and runs once', () => {
  const events = eventsOf(
    [0, { type: 'status', state: 'queued' }],
    [1, { type: 'status', state: 'running' }],
    [1, { type: 'status', state: 'completed' }],
  );
  expect(timelineOf({}, events).spans).toEqual([
    { kind: 'queued', attempt: 0, from: at(0), to: at(1), outcome: 'running' },
    { kind: 'attempt', attempt: 1, from: at(1), to: at(2), outcome: 'completed' },
  ]);
});

test('an attempt that failed says of what, and the wait after it is told', () => {
  const retries = [{ attempt: 1, code: 'provider_overloaded', at: at(2), delayMs: 1 } as const];
  const events = eventsOf(
    [0, { type: 'status', state: 'queued' }],
    [1, { type: 'status', state: 'running' }],
    [1, { type: 'status', state: 'queued' }],
    [2, { type: 'status', state: 'running' }],
  );
  expect(timelineOf({ retries }, events).spans.slice(1)).toEqual([
    { kind: 'attempt', attempt: 1, from: at(1), to: at(2), outcome: 'provider_overloaded' },
    { kind: 'delay', attempt: 1, from: at(2), to: at(3), outcome: 'running' },
    { kind: 'attempt', attempt: 2, from: at(3), to: null, outcome: null },
  ]);
});

test('an attempt that a closing worker gave back did not fail', () => {
  const events = eventsOf(
    [1, { type: 'status', state: 'running' }],
    [1, { type: 'status', state: 'queued' }],
  );
  expect(timelineOf({}, events).spans[0]).toMatchObject({ kind: 'attempt', outcome: 'handed_back' });
});

test('a job that is canceled while it waits never ran', () => {
  const events = eventsOf(
    [0, { type: 'status', state: 'queued' }],
    [0, { type: 'status', state: 'canceled' }],
  );
  expect(timelineOf({}, events).spans).toEqual([
    { kind: 'queued', attempt: 0, from: at(0), to: at(1), outcome: 'canceled' },
  ]);
});

test('what it did is marked, and of what it wrote only when it began', () => {
  const usage = {
    input_tokens: 5,
    output_tokens: 2,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
  };
  const events = eventsOf(
    [1, { type: 'text', text: 'a secret' }],
    [1, { type: 'text', text: 'more' }],
    [1, { type: 'tool', name: 'Bash', id: 't1' }],
    [1, { type: 'usage', costUsd: 1, ...usage }],
    [1, { type: 'artifact', path: 'out.txt', bytes: 1, contentType: 'text/plain', sha256: '' }],
    [1, { type: 'prompt_leak' }],
    [1, { type: 'error', error: { code: 'stalled', message: '' } }],
    [2, { type: 'text', text: 'again' }],
  );
  const { marks, omittedMarks } = timelineOf({}, events);
  expect(marks.map(({ seq, attempt, kind, label }) => [seq, attempt, kind, label])).toEqual([
    [1, 1, 'first_text', ''],
    [3, 1, 'tool', 'Bash'],
    [4, 1, 'model_answer', '7 tokens'],
    [5, 1, 'artifact', 'out.txt'],
    [6, 1, 'prompt_leak', ''],
    [7, 1, 'error', 'stalled'],
    [8, 2, 'first_text', ''],
  ]);
  expect(omittedMarks).toBe(0);
  expect(JSON.stringify(marks)).not.toContain('secret');
});

test('marks are bounded, and how many are left out is told', () => {
  const tools = Array.from({ length: 600 }, (): [number, { type: 'tool'; name: string; id: string }] => [
    1,
    { type: 'tool', name: 'Read', id: '' },
  ]);
  const { marks, omittedMarks } = timelineOf({}, eventsOf(...tools));
  expect([marks.length, omittedMarks]).toEqual([500, 100]);
});
