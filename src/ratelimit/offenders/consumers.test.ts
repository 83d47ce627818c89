import { expect, it } from 'vitest';
import { consumersOf, countLimited } from './consumers.ts';
import type { Offender } from './offender.ts';

function offender(client: string | undefined, limit: string, limited: number, passed: number): Offender {
  const entries = Object.entries({ tier: 'pro', tenant: 'acme', ...(client && { client }) });
  return {
    domain: 'gatehouse',
    limit,
    entries: entries.map(([key, value]) => ({ key, value })),
    ...{ limited, passed, limitedRatio: limited / (limited + passed) },
  };
}

it('each client counts once, with the limit that refuses the largest part of its requests', () => {
  const consumers = consumersOf([
    offender('a', 'minute', 10, 90),
    offender('a', 'hour', 1, 99),
    offender('b', 'minute', 50, 50),
    offender(undefined, 'tenant-day', 90, 10),
  ]);
  expect(consumers.map(({ client, limit, limitedRatio }) => [client, limit, limitedRatio])).toEqual([
    ['b', 'minute', 0.5],
    ['a', 'minute', 0.1],
  ]);
  expect(consumers[0]).toMatchObject({ tenant: 'acme', tier: 'pro', limited: 50, requests: 100 });
});

it('a limit that few requests met says less than one that many met', () => {
  const [consumer] = consumersOf([offender('a', 'hour', 2, 98), offender('a', 'minute', 1, 0)]);
  expect(consumer?.limit).toBe('hour');
});

it('clients over the part that is fine are counted, but not those of few requests', () => {
  const consumers = consumersOf([
    offender('over', 'minute', 6, 94),
    offender('fine', 'minute', 5, 95),
    offender('new', 'minute', 3, 4),
  ]);
  expect(countLimited(consumers, 0.05)).toBe(1);
});
