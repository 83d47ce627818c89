export { type AuditEntry, type AuditedAction, auditFields, MAX_AUDIT_ENTRIES } from './entry.ts';
export { type AuditLog, createAuditLog } from './log.ts';
