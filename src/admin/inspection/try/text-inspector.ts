import { extname } from 'node:path';
import { Piscina } from 'piscina';
import { type InspectionPolicy, inspectionPolicies } from '../../../authz/index.ts';
import type { Config } from '../../../config/index.ts';
import type { InspectionOutcome, InspectionTask } from './inspect-thread.ts';

export type Trial =
  | { kind: 'tried'; outcome: InspectionOutcome; policy: InspectionPolicy }
  /** The configuration does not have the texts of this route and tier inspected. */
  | { kind: 'not_inspected' }
  /** As many texts wait as may, or this one took too long. */
  | { kind: 'busy' };

/** Says what inspection makes of a text, on a thread of its own, so that nothing else waits for it. */
export interface TextInspector {
  inspect(text: string, route: string, tier: string): Promise<Trial>;
  close(): Promise<void>;
}

const MAX_WAITING = 4;
/** 50,000 characters of the worst kind take a tenth of it on a busy machine. */
const TIMEOUT_MS = 5_000;
const IDLE_MS = 60_000;

/** Starts no thread before the first text. @param options for tests */
export function createTextInspector(
  config: Pick<Config, 'inspection'>,
  { timeoutMs = TIMEOUT_MS, maxWaiting = MAX_WAITING } = {},
): TextInspector {
  const choose = inspectionPolicies(config);
  const { rules, allow } = config.inspection;
  let pool: Piscina<InspectionTask, InspectionOutcome> | undefined;
  const open = () =>
    new Piscina<InspectionTask, InspectionOutcome>({
      filename: new URL(`./inspect-thread${extname(import.meta.filename)}`, import.meta.url).href,
      minThreads: 0,
      maxThreads: 1,
      maxQueue: maxWaiting,
      idleTimeout: IDLE_MS,
      // It needs none of the secrets that may be in the environment.
      env: {},
    });
  return {
    async inspect(text, route, tier) {
      const policy = choose(route, tier);
      if (policy === undefined) return { kind: 'not_inspected' };
      pool ??= open();
      if (pool.queueSize >= maxWaiting) return { kind: 'busy' };
      const { preset, thresholds } = policy;
      const task = { text, options: { preset, thresholds }, rules: { rules, allow } };
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        return { kind: 'tried', outcome: await pool.run(task, { signal }), policy };
      } catch (error) {
        if (signal.aborted) return { kind: 'busy' };
        throw error;
      }
    },
    close: async () => pool?.destroy(),
  };
}
