import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { RulesStatus } from '../rules/live-rules.ts';
import { type RulesReport, rulesReport } from './report.ts';
import type { SharedRulesStatus } from './shared-status.ts';

export interface StatusTeller {
  /** To be called whenever a set of rules was read. */
  changed(): void;
  /** Takes back what was told. */
  close(): Promise<void>;
}

/** Below a third of the time after which a process that says nothing is forgotten. */
const TELL_AGAIN_MS = 10_000;

/**
 * Tells the others which rules this process has, at once and again and again for as long as it lives. What cannot be
 * told while Redis is away is told the next time.
 */
export function tellRulesStatus(
  shared: Pick<SharedRulesStatus, 'tell' | 'forget'>,
  role: RulesReport['role'],
  status: () => RulesStatus,
): StatusTeller {
  const from = { process: randomBytes(6).toString('hex'), role, host: hostname() };
  let report = rulesReport(from, status());
  const tell = () => void shared.tell(report).catch(() => {});
  const telling = setInterval(tell, TELL_AGAIN_MS);
  tell();
  return {
    changed() {
      report = rulesReport(from, status());
      tell();
    },
    async close() {
      clearInterval(telling);
      await shared.forget(from.process).catch(() => {});
    },
  };
}
