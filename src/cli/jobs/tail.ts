import { Command } from 'commander';
import { type ConfigOptions, withConfigOptions } from '../options.ts';
import { printableText } from '../printable.ts';
import { administerJobs, found, type Json } from './administer.ts';
import { eventText } from './text.ts';

export function tailJobCommand(): Command {
  return withConfigOptions(new Command('tail'))
    .description("print a job's events from its start, and those to come, until it ends")
    .argument('<id>', 'as list and the API show it')
    .option('--after <number>', 'only events after this sequence number', '0')
    .option('--json', 'print each event as a line of JSON')
    .addHelpText(
      'after',
      `
What the model writes goes to stdout, everything else to stderr, so that 'gatehouse jobs tail ID 2>/dev/null'
is the answer alone. The exit code is 0 where the job has completed, else 1.`,
    )
    .action(async (jobId: string, options: ConfigOptions & Json & { after: string }) => {
      if (!/^\d{1,15}$/.test(options.after))
        throw new Error(`--after ${options.after}: expected an event's sequence number.`);
      const state = await administerJobs(options, async (jobs) => {
        found(await jobs.get(jobId), jobId);
        const { signal } = new AbortController();
        for await (const events of jobs.follow(jobId, { afterSeq: Number(options.after), signal })) {
          for (const event of events) {
            if (options.json) console.log(JSON.stringify(event));
            else if (event.type === 'text') writeAnswer(event.text);
            else process.stderr.write(`${eventText(event)}\n`);
          }
        }
        return (await jobs.get(jobId))?.state;
      });
      if (state !== 'completed') process.exitCode = 1;
    });
}

/** As it is where another program reads it; a terminal would obey what is in it. */
function writeAnswer(text: string): void {
  process.stdout.write(process.stdout.isTTY ? printableText(text) : text);
}
