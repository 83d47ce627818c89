import type { Config } from '../../config/index.ts';
import type { MetricsReport } from '../../telemetry/index.ts';
import type { RoleMessage, SupervisorMessage } from '../parent-channel.ts';
import type { RoleName } from '../roles.ts';

/** What a worker is there for. */
export interface Job {
  roles: readonly RoleName[];
  config: Config;
}

/** What is told of an address: of one worker, or of all. */
export interface States {
  metrics: { own: MetricsReport; all: MetricsReport };
  ready: { own: boolean; all: boolean };
}

export type StateName = keyof States;

/** From a worker to the process that started it. */
export type WorkerMessage =
  | RoleMessage
  /** It listens to messages, and has no job yet. */
  | { type: 'idle' }
  /** It serves this address from now on. */
  | { type: 'serves'; setting: string }
  /** Asks for the state of all; answered by number. */
  | { type: 'ask_all'; question: number; setting: string; state: StateName }
  /** Answers ask_own; without a value where it cannot. */
  | { type: 'own'; question: number; value: States[StateName]['own'] | undefined };

/** From there to a worker. */
export type PrimaryMessage =
  | SupervisorMessage
  | { type: 'job'; job: Job }
  | { type: 'ask_own'; question: number; setting: string; state: StateName }
  | { type: 'all'; question: number; value: States[StateName]['all'] | undefined };
