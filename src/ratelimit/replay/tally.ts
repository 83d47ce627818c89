import { HeavyHitters } from '../offenders/heavy-hitters.ts';
import { formatDescriptor, readDescriptor } from '../offenders/offender.ts';
import type { RateLimitRequest } from '../rls/message.ts';
import type { DescriptorEntry } from '../rules/match.ts';
import type { SimulatedAnswer } from './simulation.ts';

/** One limit over the whole replay. */
export interface LimitTally {
  domain: string;
  /** Its name, or the rule's path where it has none. */
  limit: string;
  /** Requests that met it. */
  requests: number;
  /** Requests that it refused. */
  limited: number;
}

/** A descriptor whose requests limits refuse. */
export interface ConsumerTally {
  domain: string;
  entries: readonly DescriptorEntry[];
  /** Requests refused because of it; too low by `consumerError` at most. */
  limited: number;
}

/** What one set of rules came to. */
export interface RulesTally {
  /** Requests that were refused. */
  limited: number;
  /** By name. */
  limits: readonly LimitTally[];
  /** The most refused first. */
  consumers: readonly ConsumerTally[];
  consumerError: number;
}

export interface Tally {
  add(request: RateLimitRequest, answer: SimulatedAnswer): void;
  result(topConsumers: number): RulesTally;
}

/** Consumers are as many as callers make; only those refused most matter. */
const MAX_CONSUMERS = 10_000;

export function createTally(): Tally {
  let limited = 0;
  const limits = new Map<string, LimitTally>();
  const consumers = new HeavyHitters(MAX_CONSUMERS);
  return {
    add({ domain, descriptors }, answer) {
      if (answer.limited) limited += 1;
      const refusing = new Set<number>();
      for (const { limit, rule, descriptor, refuses } of answer.limits) {
        const name = limit.name === '' ? rule : limit.name;
        const key = JSON.stringify([domain, name]);
        let tally = limits.get(key);
        if (tally === undefined) {
          tally = { domain, limit: name, requests: 0, limited: 0 };
          limits.set(key, tally);
        }
        tally.requests += 1;
        if (!refuses) continue;
        tally.limited += 1;
        refusing.add(descriptor);
      }
      for (const descriptor of refusing) {
        const entries = descriptors[descriptor]?.entries ?? [];
        consumers.add(formatDescriptor({ domain, limit: '', entries }));
      }
    },
    result(topConsumers) {
      return {
        limited,
        limits: [...limits.values()].sort(byName),
        consumers: consumers
          .entries()
          .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1))
          .slice(0, topConsumers)
          .map(({ key, count }) => {
            const { domain, entries } = readDescriptor(key);
            return { domain, entries, limited: count };
          }),
        consumerError: consumers.subtracted,
      };
    },
  };
}

function byName(a: LimitTally, b: LimitTally): number {
  if (a.domain !== b.domain) return a.domain < b.domain ? -1 : 1;
  return a.limit < b.limit ? -1 : 1;
}
