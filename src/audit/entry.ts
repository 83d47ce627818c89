import type { AuditActionName } from './actions.ts';

/** What an operator did, as a tool asks to have it written down. */
export interface AuditedAction {
  /** Who, such as `cli:root` or `admin:default`. */
  actor: string;
  action: AuditActionName;
  /** What it was done to, in words that find it again. */
  target: string;
  /** What changed; never a secret. */
  details?: Readonly<Record<string, unknown>>;
}

export interface AuditEntry extends Omit<AuditedAction, 'action'> {
  /** As in AuditedAction; another version of Gatehouse may have written one that this does not know. */
  action: string;
  /** Its place in the stream; sorts by time. */
  id: string;
  /** ISO 8601, by Redis's clock. */
  at: string;
  details: Readonly<Record<string, unknown>>;
}

/** Kept at least; what is older goes. About 5 MiB in Redis. */
export const MAX_AUDIT_ENTRIES = 10_000;

/** An action as the field-value pairs of its stream entry, for scripts that write it together with the change. */
export function auditFields({ actor, action, target, details = {} }: AuditedAction): string[] {
  return ['actor', actor, 'action', action, 'target', target, 'details', JSON.stringify(details)];
}

/** The inverse of auditFields, for one entry as Redis gives it. */
export function readAuditEntry([id, fields]: [id: string, fields: string[]]): AuditEntry {
  const values: Record<string, string> = {};
  for (let at = 0; at + 1 < fields.length; at += 2) values[fields[at] as string] = fields[at + 1] as string;
  const { actor = '', action = '', target = '', details = '{}' } = values;
  return {
    id,
    at: new Date(Number(id.split('-', 1)[0])).toISOString(),
    actor,
    action,
    target,
    details: JSON.parse(details) as AuditEntry['details'],
  };
}
