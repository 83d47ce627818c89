import type { Config } from '../../config/index.ts';
import type { JobAdministration, JobRecord } from '../../jobs/index.ts';
import { type ConfigOptions, readRunningConfig } from '../options.ts';

export type Json = { json?: true };

/** Does one thing with the jobs of the installation that the options name. */
export async function administerJobs<T>(
  options: ConfigOptions,
  use: (jobs: JobAdministration, config: Config) => Promise<T>,
): Promise<T> {
  const config = readRunningConfig(options);
  const { withJobAdministration } = await import('../../jobs/index.ts');
  return withJobAdministration(config, (jobs) => use(jobs, config));
}

/** @throws an Error for people where there is no such job */
export function found(job: JobRecord | undefined, jobId: string): JobRecord {
  if (job !== undefined) return job;
  throw new Error(`there is no job ${jobId}; 'gatehouse jobs list' shows those that there are.`);
}
