import { describe, expect, it } from 'vitest';
import { formatDescriptor, readDescriptor } from './offender.ts';
import { createOffenderCounter } from './offender-counter.ts';

const descriptor = (client: string) => ({
  domain: 'shop',
  limit: 'pro-minute',
  entries: [{ key: 'client', value: client }],
});

describe('the counts of one process', () => {
  it('are refusals, and what passed from the first refusal on', () => {
    const counter = createOffenderCounter();
    const observe = (client: string, refused: boolean) =>
      counter.observe(`bucket-${client}`, refused, () => descriptor(client));
    observe('a', false);
    observe('a', true);
    observe('a', false);
    observe('a', false);
    observe('b', false);
    expect(counter.drain()).toEqual({
      counts: [{ descriptor: formatDescriptor(descriptor('a')), limited: 1, passed: 2 }],
      subtracted: 0,
    });
  });

  it('begin anew after each drain, and go on watching who was refused', () => {
    const counter = createOffenderCounter();
    counter.observe('a', true, () => descriptor('a'));
    counter.drain();
    expect(counter.drain().counts).toEqual([]);
    counter.observe('a', false, () => descriptor('a'));
    expect(counter.drain().counts).toMatchObject([{ limited: 0, passed: 1 }]);
  });

  it('ask for a descriptor only at its first refusal', () => {
    const counter = createOffenderCounter();
    let asked = 0;
    for (const refused of [false, true, true, false, true]) {
      counter.observe('a', refused, () => {
        asked += 1;
        return descriptor('a');
      });
    }
    expect(asked).toBe(1);
  });

  it('stay bounded however many are refused, and tell by how much they may be too low', () => {
    const counter = createOffenderCounter(10);
    for (let at = 0; at < 20_000; at += 1) {
      counter.observe('the one', true, () => descriptor('the one'));
      counter.observe(`bucket-${at}`, true, () => descriptor(String(at)));
    }
    const { counts, subtracted } = counter.drain();
    const limited = counts.filter((count) => count.limited > 0);
    expect(limited.length).toBeLessThanOrEqual(10);
    expect(subtracted).toBeGreaterThan(0);
    expect(subtracted).toBeLessThanOrEqual(40_000 / 11);
    const one = counts.find((count) => readDescriptor(count.descriptor).entries[0]?.value === 'the one');
    expect(one?.limited).toBeGreaterThanOrEqual(20_000 - subtracted);
    expect(one?.limited).toBeLessThanOrEqual(20_000);
  });
});

describe('a descriptor as text', () => {
  it('is read back as it was', () => {
    const given = {
      domain: 'd',
      limit: '',
      entries: [
        { key: 'a', value: '' },
        { key: 'a', value: '"=\u0000' },
      ],
    };
    expect(readDescriptor(formatDescriptor(given))).toEqual(given);
  });

  it('has long values cut, yet two that begin alike stay two', () => {
    const [a, b] = ['a', 'b'].map((end) => formatDescriptor(descriptor('x'.repeat(5_000) + end)));
    expect(a?.length).toBeLessThan(400);
    expect(a).not.toBe(b);
  });
});
