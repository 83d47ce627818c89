import type { AuditLog } from '../audit/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { actorOf, mayDo, type Visitor } from './sign-in/visitor.ts';

/** Writes down that somebody signed in or out. */
export type RecordSignIn = (
  action: 'session.begin' | 'session.end',
  visitor: Visitor,
  address: string,
) => Promise<void>;

/**
 * While Redis is away only the log has it: that is when the dashboard is needed most. Viewers and wrong tokens are in the
 * log alone: who changes nothing is not to push out of the audit what others changed.
 */
export function createSignInRecord(audit: AuditLog, logger: Logger): RecordSignIn {
  return async (action, visitor, address) => {
    const actor = actorOf(visitor);
    logger.info({ code: action, actor, address }, 'the admin port: a session');
    if (!mayDo(visitor, 'operate')) return;
    try {
      await audit.append({ actor, action, target: visitor.name, details: { address } });
    } catch (err) {
      logger.warn({ code: 'store_unavailable', actor, err }, 'a session is not in the audit: Redis is away');
    }
  };
}
