import type { Config } from '../../config/index.ts';
import { isSameOpening, type Opening, PLAIN_OPENING } from '../wire/opening.ts';

export type ReusePolicy = Config['pool']['reuse'];

/** Whose jobs they are. */
export interface JobClient {
  tenant: string;
  client: string;
}

/** What a job needs of a worker. */
export interface Need {
  owner: JobClient;
  maxTurns: number;
  /** Whether what is said is to be kept for later jobs. */
  keepsSession: boolean;
  opening: Opening;
  /** Whether it works in a repository. The CLI looks for one once in its life, at its start (measured with 2.1.330). */
  hasWorkspace: boolean;
}

/** A worker that waits. */
export interface Candidate {
  maxTurns: number;
  keepsSession: boolean;
  /** Undefined while it can still be opened in any way. */
  opening: Opening | undefined;
  /** Whose jobs it has run; undefined before the first. */
  served: JobClient | undefined;
}

/**
 * Picks the waiting worker that a job runs in soonest: one that has run such a job of the same client, else one that is
 * opened and has run nobody's, else one that is only started.
 * @returns undefined where none fits
 */
export function chooseWorker<W extends Candidate>(
  waiting: readonly W[],
  need: Need,
  reuse: ReusePolicy,
): W | undefined {
  let best: W | undefined;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const worker of waiting) {
    const rank = rankOf(worker, need, reuse);
    if (rank === undefined || rank >= bestRank) continue;
    best = worker;
    bestRank = rank;
  }
  return best;
}

/** @returns undefined where it does not fit */
function rankOf(worker: Candidate, need: Need, reuse: ReusePolicy): number | undefined {
  const { maxTurns, keepsSession, opening, served } = worker;
  if (maxTurns !== need.maxTurns || keepsSession !== need.keepsSession) return undefined;
  if (served !== undefined && !mayServe(served, need.owner, reuse)) return undefined;
  // One that was opened alike has worked in the same workspace, which the opening names.
  if (need.hasWorkspace && served === undefined) return undefined;
  if (opening === undefined) return 2;
  if (!isSameOpening(opening, need.opening)) return undefined;
  return served === undefined ? 1 : 0;
}

/** Whether a worker that has run jobs of one client may run another's. */
export function mayServe(served: JobClient, owner: JobClient, reuse: ReusePolicy): boolean {
  if (reuse === 'never' || served.tenant !== owner.tenant) return false;
  return reuse === 'tenant' || served.client === owner.client;
}

/** Whether a worker that is opened in advance can run such a job. */
export function isPlain({ opening }: Pick<Need, 'opening'>): boolean {
  return isSameOpening(opening, PLAIN_OPENING);
}
