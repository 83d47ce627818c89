import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../../config/index.ts';
import type { JobOwner } from '../job.ts';

/** The folder that conversations are kept in. */
export function sessionsFolder({ dataDir, jobs }: Pick<Config, 'dataDir' | 'jobs'>): string {
  return jobs.sessions.folder ?? join(dataDir, 'sessions');
}

/** One name, in hex, for a conversation of this client: two clients may call theirs alike. */
export function sessionId({ tenant, client }: Pick<JobOwner, 'tenant' | 'client'>, name: string): string {
  return createHash('sha256')
    .update(JSON.stringify([tenant, client, name]))
    .digest('hex');
}
