import { beforeEach, describe, expect, it } from 'vitest';
import { type Breaker, createBreaker } from './breaker.ts';

let clockMs: number;
let breaker: Breaker;

beforeEach(() => {
  clockMs = 0;
  breaker = createBreaker({ lateAnswers: 3, retryMs: 1000, now: () => clockMs });
});

const late = (times: number) => {
  for (let n = 0; n < times; n += 1) breaker.late(1);
};

describe('a breaker', () => {
  it('lets everything through until so many answers in a row are late', () => {
    late(2);
    expect([breaker.isOpen, breaker.admits()]).toEqual([false, true]);
    late(1);
    expect([breaker.isOpen, breaker.admits()]).toEqual([true, false]);
  });

  it('counts each of those that wait for one answer together', () => {
    breaker.late(3);
    expect(breaker.isOpen).toBe(true);
  });

  it('counts only late answers in a row', () => {
    late(2);
    breaker.answered();
    late(2);
    expect(breaker.isOpen).toBe(false);
  });

  it('lets one question through in each interval while it is open', () => {
    late(3);
    clockMs = 999;
    expect(breaker.admits()).toBe(false);
    clockMs = 1000;
    expect([breaker.admits(), breaker.admits()]).toEqual([true, false]);
    late(1);
    clockMs = 1999;
    expect(breaker.admits()).toBe(false);
    clockMs = 2000;
    expect(breaker.admits()).toBe(true);
  });

  it('closes with the first answer', () => {
    late(3);
    clockMs = 1000;
    expect(breaker.admits()).toBe(true);
    breaker.answered();
    expect([breaker.isOpen, breaker.admits(), breaker.admits()]).toEqual([false, true, true]);
  });

  it('is not kept open longer by questions from before it opened', () => {
    late(3);
    clockMs = 900;
    late(20);
    clockMs = 1000;
    expect(breaker.admits()).toBe(true);
  });
});
