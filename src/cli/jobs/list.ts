import { Command } from 'commander';
import type { JobRecord, JobState, ListPlace } from '../../jobs/index.ts';
import { type ConfigOptions, withConfigOptions } from '../options.ts';
import { administerJobs, type Json } from './administer.ts';

const MAX_LIMIT = 1_000;

interface ListOptions extends ConfigOptions, Json {
  state?: string;
  tenant?: string;
  client?: string;
  limit: string;
}

export function listJobsCommand(): Command {
  return withConfigOptions(new Command('list'))
    .description('list the jobs of every client, newest first, without what they were asked')
    .option('--state <states>', 'only jobs of these states, separated by commas')
    .option('--tenant <name>', 'only jobs of this tenant')
    .option('--client <name>', 'only jobs of this client')
    .option('--limit <number>', 'how many', '20')
    .option('--json', 'print an array with everything that is known of each job')
    .addHelpText(
      'after',
      `
Examples:
  gatehouse jobs list --state queued,running       what goes on now
  gatehouse jobs list --state failed --json | jq -r '.[].error.code' | sort | uniq -c`,
    )
    .action(async (options: ListOptions) => {
      const limit = Number(options.limit);
      if (!/^\d+$/.test(options.limit) || limit < 1 || limit > MAX_LIMIT) {
        throw new Error(`--limit ${options.limit}: expected a whole number from 1 to ${MAX_LIMIT}.`);
      }
      const states = await statesOf(options.state);
      const wanted = ({ state, owner }: JobRecord) =>
        states.has(state) &&
        (options.tenant === undefined || owner.tenant === options.tenant) &&
        (options.client === undefined || owner.client === options.client);
      const jobs = await administerJobs(options, async (all) => {
        const found: JobRecord[] = [];
        let place: ListPlace | undefined;
        do {
          const page = await all.list(undefined, place, limit - found.length, wanted);
          found.push(...page.jobs);
          place = page.next;
        } while (found.length < limit && place !== undefined);
        return found;
      });
      if (options.json) return console.log(JSON.stringify(jobs));
      if (jobs.length === 0) return console.error('There are no such jobs.');
      console.table(Object.fromEntries(jobs.map(row)));
    });
}

async function statesOf(text: string | undefined): Promise<ReadonlySet<JobState>> {
  const { JOB_STATES } = await import('../../jobs/index.ts');
  const asked = text?.split(',') ?? [...JOB_STATES];
  const unknown = asked.find((state) => !JOB_STATES.some((known) => known === state));
  if (unknown !== undefined) throw new Error(`--state ${unknown}: expected one of ${JOB_STATES.join(', ')}.`);
  return new Set(asked as JobState[]);
}

function row({ jobId, state, owner, attempts, createdAt, error, costUsd }: JobRecord): [string, object] {
  return [
    jobId,
    {
      ...{ state, tenant: owner.tenant, client: owner.client, attempts, created: createdAt },
      ...{ error: error?.code ?? '', costUsd: costUsd ?? '' },
    },
  ];
}
