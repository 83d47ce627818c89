/** Everything that the audit has, and what it says of each. */
export const AUDIT_ACTIONS = {
  'key.create': 'an API key was made: its id, client, tenant, tier and what it may',
  'key.rotate': 'an API key was replaced by a new one: until when the old one holds',
  'key.revoke': 'an API key was taken away',
  'block.add': 'a token, client, certificate or key was blocked, and until when',
  'block.remove': 'it was unblocked',
  'override.set': 'a limit was changed for some descriptors',
  'override.unset': 'the rule file holds for them again',
  'bucket.reset': 'what was counted of a descriptor was forgotten',
  'bucket.refund': 'hits were given back',
  'job.cancel': 'an operator canceled a job',
  'job.purge': 'an operator removed a job, with its events and files',
  'log_level.set': 'a part logs more or less for a while',
  'log_level.unset': 'it logs as configured again',
  'session.begin': 'an operator signed in on the admin port',
  'session.end': 'an operator signed out',
  'config.load': 'a process started with a configuration that is not the one before',
  'ratelimit_rules.load': 'rate limit rules came into force that are not those before',
  'inspection_rules.load': 'inspection rules came into force that are not those before',
} as const;

export type AuditActionName = keyof typeof AUDIT_ACTIONS;
