import type { Config } from '../config/index.ts';

/**
 * What doctor found of one part:
 * - `ok`
 * - `limited`: works, with less than it could
 * - `optional`: is not there, and nobody needs it
 * - `missing`: is not there, and has to be
 * - `wrong`: is there, and cannot be used as it is
 */
export type FindingState = 'ok' | 'limited' | 'optional' | 'missing' | 'wrong';

export interface Finding {
  part: string;
  state: FindingState;
  /** What was found and, where it is not ok, what to do about it. Never a secret. */
  detail: string;
}

/** What checks look at. */
export interface Surroundings {
  config: Config;
  env: NodeJS.ProcessEnv;
  now: Date;
  /** Whether the configuration is that of an installation which runs here. */
  isRunning: boolean;
  /** Whether providers may be reached out to. */
  asksProviders: boolean;
}

export interface Check {
  part: string;
  /** What the part is where run() throws, whose error says what to do. */
  failure: 'missing' | 'wrong';
  /** Looks at the part. @returns undefined where there is nothing to look at */
  run(surroundings: Surroundings): Promise<Omit<Finding, 'part'> | undefined>;
}

/** Whether an installation can do without what was found. */
export function isGood({ state }: Finding): boolean {
  return state !== 'missing' && state !== 'wrong';
}
