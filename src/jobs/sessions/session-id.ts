import { createHash } from 'node:crypto';
import type { JobOwner } from '../job.ts';

/** One name, in hex, for a conversation of this client: two clients may call theirs alike. */
export function sessionId({ tenant, client }: Pick<JobOwner, 'tenant' | 'client'>, name: string): string {
  return createHash('sha256')
    .update(JSON.stringify([tenant, client, name]))
    .digest('hex');
}
