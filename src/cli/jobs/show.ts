import { Command } from 'commander';
import { traceUrl } from '../../config/index.ts';
import { traceIdOf } from '../../telemetry/index.ts';
import { type ConfigOptions, withConfigOptions } from '../options.ts';
import { administerJobs, found, type Json } from './administer.ts';
import { jobText } from './text.ts';

export function showJobCommand(): Command {
  return withConfigOptions(new Command('show'))
    .description(
      'show what is known of a job: state, attempts and why they ended, tokens, cost, files, trace',
    )
    .argument('<id>', 'as list and the API show it')
    .option('--json', 'print an object, with the list of its files')
    .addHelpText(
      'after',
      `
The result is its client's: 'gatehouse jobs tail ID' prints it. docs/job-failures.md has what each error means.`,
    )
    .action((jobId: string, options: ConfigOptions & Json) =>
      administerJobs(options, async (jobs, { telemetry }) => {
        const job = found(await jobs.get(jobId), jobId);
        const position = job.state === 'queued' ? await jobs.position(jobId) : undefined;
        if (!options.json) return console.log(jobText(job, position, telemetry.traces));
        const { result: _, ...shown } = job;
        const traceId = traceIdOf(job.traceparent);
        const url = traceId && traceUrl(telemetry.traces, traceId);
        const files = (await jobs.artifacts(jobId))?.list ?? [];
        console.log(
          JSON.stringify({
            ...shown,
            ...(traceId !== undefined && { traceId }),
            ...(url !== undefined && { traceUrl: url }),
            ...(position !== undefined && { position }),
            files,
          }),
        );
      }),
    );
}
