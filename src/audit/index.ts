export { AUDIT_ACTIONS, type AuditActionName } from './actions.ts';
export { type AuditedHash, createAuditedHash, type HashEntry } from './audited-hash.ts';
export { type AuditEntry, type AuditedAction, auditFields, MAX_AUDIT_ENTRIES } from './entry.ts';
export { followAuditedHash } from './follow-hash.ts';
export { type AuditLog, createAuditLog } from './log.ts';
export {
  createLoadRecorder,
  type Load,
  type LoadRecorder,
  loadDigest,
  type RecordLoad,
} from './record-load.ts';
