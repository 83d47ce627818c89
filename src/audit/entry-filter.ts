import type { AuditEntry } from './entry.ts';

/** Which entries are wanted; what is absent leaves out none. */
export interface EntryFilter {
  /** The whole action, or the part before its point: `key` is all that is done with keys. */
  action?: string | undefined;
  actor?: string | undefined;
  /** A part of the target. */
  target?: string | undefined;
  /** Milliseconds since the epoch: no older ones. */
  sinceMs?: number | undefined;
  /** No newer ones. */
  untilMs?: number | undefined;
}

export function isWanted(entry: AuditEntry, { action, actor, target, untilMs }: EntryFilter): boolean {
  return (
    (action === undefined || entry.action === action || entry.action.startsWith(`${action}.`)) &&
    (actor === undefined || entry.actor === actor) &&
    (target === undefined || entry.target.includes(target)) &&
    (untilMs === undefined || Date.parse(entry.at) <= untilMs)
  );
}
