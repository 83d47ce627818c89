import type { Offender } from './offender.ts';

/** A client, and what the limits did to it. */
export interface Consumer {
  tenant: string | undefined;
  client: string;
  tier: string | undefined;
  /** The limit that refused the largest part of its requests. */
  limit: string;
  /** Of that limit: requests that it refused, and all that met it since the first refusal. */
  limited: number;
  requests: number;
  /** limited / requests, from 0 to 1. */
  limitedRatio: number;
}

/** With fewer requests one refusal would be a large part of them. */
const MIN_REQUESTS = 20;

/**
 * Who is refused how large a part of its requests, the largest part first. A request may meet several limits, so each
 * client's worst limit counts, and not their sum.
 */
export function consumersOf(offenders: readonly Offender[]): Consumer[] {
  const consumers = new Map<string, Consumer>();
  for (const { domain, limit, entries, limited, passed, limitedRatio } of offenders) {
    const value = (key: string) => entries.find((entry) => entry.key === key)?.value;
    const client = value('client');
    if (client === undefined || limited === 0) continue;
    const tenant = value('tenant');
    const name = JSON.stringify([domain, tenant, client]);
    const known = consumers.get(name);
    if (known !== undefined && !isWorse({ limited, limitedRatio, requests: limited + passed }, known))
      continue;
    const consumer = { tenant, client, tier: value('tier'), limit };
    consumers.set(name, { ...consumer, limited, requests: limited + passed, limitedRatio });
  }
  return [...consumers.values()].sort((a, b) => b.limitedRatio - a.limitedRatio || b.limited - a.limited);
}

/** Of a limit that few requests met, nothing can be said yet. */
function isWorse(one: Figures, other: Figures): boolean {
  const isKnown = (figures: Figures) => Number(figures.requests >= MIN_REQUESTS);
  if (isKnown(one) !== isKnown(other)) return isKnown(one) > isKnown(other);
  return one.limitedRatio > other.limitedRatio;
}

type Figures = Pick<Consumer, 'limited' | 'requests' | 'limitedRatio'>;

/** How many are refused more than the part that is fine. */
export function countLimited(consumers: readonly Consumer[], fineRatio: number): number {
  return consumers.filter(
    ({ requests, limitedRatio }) => requests >= MIN_REQUESTS && limitedRatio > fineRatio,
  ).length;
}
