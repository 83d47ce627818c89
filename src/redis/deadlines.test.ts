import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { until } from '../../test/support/until.ts';
import { Deadlines, Waiting } from './deadlines.ts';

class Wait extends Waiting {
  readonly #name: string;
  readonly #late: string[];

  constructor(name: string, late: string[]) {
    super();
    this.#name = name;
    this.#late = late;
  }

  late(): void {
    this.#late.push(this.#name);
  }
}

function start(timeoutMs: number) {
  const deadlines = new Deadlines(timeoutMs);
  const late: string[] = [];
  const begin = (name: string) => {
    const wait = new Wait(name, late);
    deadlines.begin(wait);
    return wait;
  };
  return { deadlines, late, begin };
}

test('who waits too long is late, in the order in which they began', async () => {
  const { late, begin } = start(20);
  for (const name of ['a', 'b', 'c']) begin(name);
  await until(() => late.length === 3, 'all are late');
  expect(late).toEqual(['a', 'b', 'c']);
});

test('nobody is late before the time is over, also where the timer was set for another one', async () => {
  const { deadlines, late, begin } = start(60);
  const first = begin('first');
  deadlines.end(first);
  await delay(30);
  const begunMs = performance.now();
  begin('second');
  await until(() => late.length > 0, 'the second is late');
  expect(performance.now() - begunMs).toBeGreaterThanOrEqual(60);
  expect(late).toEqual(['second']);
});

test.each([
  ['the first', 0],
  ['one between others', 1],
  ['the last', 2],
])('who was answered is not late: %s', async (_, answered) => {
  const { deadlines, late, begin } = start(20);
  const names = ['a', 'b', 'c'];
  const waits = names.map(begin);
  const ended = waits[answered] as Wait;
  deadlines.end(ended);
  deadlines.end(ended);
  begin('d');
  const left = [...names.toSpliced(answered, 1), 'd'];
  await until(() => late.length === left.length, 'all others are late');
  expect(late).toEqual(left);
});

test('one that is late may begin to wait again, and end others', async () => {
  const deadlines = new Deadlines(10);
  const late: string[] = [];
  const other = new Wait('other', late);
  class Again extends Wait {
    override late(): void {
      super.late();
      deadlines.end(other);
      if (late.length < 3) deadlines.begin(this);
    }
  }
  deadlines.begin(new Again('again', late));
  deadlines.begin(other);
  await until(() => late.length === 3, 'it was late three times');
  expect(late).toEqual(['again', 'again', 'again']);
});

test('one timer is enough for many', () => {
  const setTimer = vi.spyOn(globalThis, 'setTimeout');
  onTestFinished(() => setTimer.mockRestore());
  const { begin } = start(10_000);
  for (let count = 0; count < 100; count += 1) begin('waiting');
  expect(setTimer).toHaveBeenCalledTimes(1);
});
