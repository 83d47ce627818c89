import type { Skill } from '../../skills/index.ts';
import type { WarmKind } from '../schedule/scale.ts';
import type { Transcript } from '../session/transcript.ts';
import type { Furnish } from './launch.ts';
import type { Worker } from './worker.ts';

/** How a job came by its worker. */
export type Origin = 'reused' | WarmKind | 'cold';

/** A worker that is one job's alone. */
export interface Lease {
  worker: Worker;
  origin: Origin;
  /** To be called once the worker has begun to speak, so that the next can be started. */
  started(): void;
}

/** What a worker is given before it is started. */
export interface GivenAtStart {
  /** The conversation that it is to continue. */
  transcript?: Transcript | undefined;
  skills?: readonly Skill[];
  /** Puts things into the folders of one that starts. For one that has waited its taker does that. */
  furnish?: Furnish | undefined;
}
