/** What an operator did. */
export interface AuditEntry {
  id: string;
  at: string;
  /** Such as `cli:root` or `admin:on-call`. */
  actor: string;
  /** Such as `key.create`. */
  action: string;
  target: string;
  details: Readonly<Record<string, unknown>>;
}

/** What all actions of one sort have in front of their point. */
export type AuditKind =
  | 'key'
  | 'block'
  | 'override'
  | 'bucket'
  | 'job'
  | 'log_level'
  | 'session'
  | 'config'
  | 'ratelimit_rules'
  | 'inspection_rules';

/**
 * `GET /api/audit?actor=&action=key&target=&from=&to=&limit=100&before=ID`, newest first. action: one, or an AuditKind; target: a
 * part of it. Fewer entries than were asked for are the last.
 */
export interface AuditEntries {
  entries: AuditEntry[];
}
