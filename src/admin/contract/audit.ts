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

/** `GET /api/audit?limit=100&before=ID`, newest first. */
export interface AuditEntries {
  entries: AuditEntry[];
}
