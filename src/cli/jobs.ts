import { Command } from 'commander';
import { cancelJobCommand } from './jobs/cancel.ts';
import { listJobsCommand } from './jobs/list.ts';
import { showJobCommand } from './jobs/show.ts';
import { tailJobCommand } from './jobs/tail.ts';

export function jobsCommand(): Command {
  return new Command('jobs')
    .description('list, show, follow and cancel jobs, of every client')
    .addCommand(listJobsCommand())
    .addCommand(showJobCommand())
    .addCommand(cancelJobCommand())
    .addCommand(tailJobCommand())
    .addHelpText(
      'after',
      `
What a job was asked is kept until it ends, and shown nowhere. A client sees its own jobs over the API:
GET /claude/jobs, docs/jobs.md.`,
    );
}
