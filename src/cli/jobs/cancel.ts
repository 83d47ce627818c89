import { Command } from 'commander';
import { cliActor } from '../actor.ts';
import { type ConfigOptions, withConfigOptions } from '../options.ts';
import { administerJobs, found, type Json } from './administer.ts';

export function cancelJobCommand(): Command {
  return withConfigOptions(new Command('cancel'))
    .description('end a job, whether it waits, runs or is between two attempts')
    .argument('<id>', 'as list and the API show it')
    .option('--purge', 'remove it as well, with its events and files; also one that has ended')
    .option('--json', 'print the job as it has ended')
    .addHelpText(
      'after',
      `
A job that has ended stays as it is. The audit has who did it: 'gatehouse audit'.

Examples:
  gatehouse jobs cancel 0d4f1e9c-...              its client sees the state canceled
  gatehouse jobs cancel 0d4f1e9c-... --purge      and then nothing any more`,
    )
    .action(async (jobId: string, options: ConfigOptions & Json & { purge?: true }) => {
      const how = options.purge ? 'purge' : 'cancel';
      const job = found(await administerJobs(options, (jobs) => jobs.end(jobId, how, cliActor())), jobId);
      if (options.json) return console.log(JSON.stringify(job));
      console.log(`${job.jobId} ${job.state}${options.purge ? ', and removed' : ''}`);
    });
}
