import { join } from 'node:path';
import type { Config } from '../../config/index.ts';
import type { StoredPlace } from '../stored-files/files.ts';

/** The folder that jobs' files are kept in. */
export function artifactsFolder({ dataDir, jobs }: Pick<Config, 'dataDir' | 'jobs'>): string {
  return jobs.artifacts.folder ?? join(dataDir, 'artifacts');
}

/** Where in it a file of an attempt is. */
export function artifactPlace(jobId: string, attempt: number, path: string): StoredPlace {
  return { group: jobId, version: String(attempt), name: path };
}
