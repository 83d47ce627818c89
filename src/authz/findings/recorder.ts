import { createFailureLog, type Logger } from '../../telemetry/index.ts';
import type { Finding } from './finding.ts';
import type { FindingStore } from './store.ts';

/** Why a finding was not written down. */
export type UnrecordedReason = 'too_many' | 'store';

/** Writes findings down some time after the answer, so that no check waits for it or fails of it. */
export interface FindingRecorder {
  record(finding: Finding): void;
  /** Writes what is left, as far as the store takes it. */
  close(): Promise<void>;
}

export interface FindingRecorderOptions {
  store: Pick<FindingStore, 'add'>;
  onUnrecorded(reason: UnrecordedReason, count: number): void;
  logger: Logger;
  /** How long findings are gathered. */
  intervalMs?: number;
  /** Most that are written in that time. Under an attack the metrics have all of them; these are examples. */
  maxAtOnce?: number;
}

const INTERVAL_MS = 1_000;
const MAX_AT_ONCE = 50;

export function createFindingRecorder(options: FindingRecorderOptions): FindingRecorder {
  const { store, onUnrecorded, logger, intervalMs = INTERVAL_MS, maxAtOnce = MAX_AT_ONCE } = options;
  const failures = createFailureLog({
    logger,
    code: 'store_unavailable',
    failing: 'What inspection finds is decided on, and not written down for the dashboard',
    now: () => performance.now(),
  });
  let gathered: Finding[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  async function write(): Promise<void> {
    const findings = gathered;
    gathered = [];
    timer = undefined;
    if (findings.length === 0) return;
    try {
      await store.add(findings);
    } catch (error) {
      failures.failed(error);
      onUnrecorded('store', findings.length);
    }
  }

  return {
    record(finding) {
      if (gathered.length >= maxAtOnce) return onUnrecorded('too_many', 1);
      gathered.push(finding);
      timer ??= setTimeout(() => {
        // One after the other: with a store that is slow, what is held here is bounded, and all of it is waited for.
        writing = writing.then(write);
      }, intervalMs);
    },
    async close() {
      clearTimeout(timer);
      await writing;
      await write();
    },
  };
}
