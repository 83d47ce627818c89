import { Command } from 'commander';
import type { AuditEntry } from '../audit/index.ts';
import { runningConfig } from './limits/options.ts';
import { type ConfigOptions, withConfigOptions } from './options.ts';

const MAX_LIMIT = 10_000;

export function auditCommand(): Command {
  return withConfigOptions(new Command('audit'))
    .description('list what operators have changed, the newest first')
    .option('--limit <number>', 'how many', '50')
    .option('--json', 'print an array')
    .action(async (options: ConfigOptions & { limit: string; json?: true }) => {
      const limit = Number(options.limit);
      if (!/^\d+$/.test(options.limit) || limit < 1 || limit > MAX_LIMIT) {
        throw new Error(`--limit ${options.limit}: expected a whole number from 1 to ${MAX_LIMIT}.`);
      }
      const { withLimitAdministration } = await import('../ratelimit/index.ts');
      const entries = await withLimitAdministration(runningConfig(options), ({ audit }) => audit.list(limit));
      if (options.json) return console.log(JSON.stringify(entries));
      if (entries.length === 0) return console.error('Nothing has been changed yet.');
      for (const entry of entries) console.log(line(entry));
    });
}

function line({ at, actor, action, target, details }: AuditEntry): string {
  const more = Object.keys(details).length === 0 ? '' : ` ${JSON.stringify(details)}`;
  return `${at}  ${actor}  ${action}  ${target}${more}`;
}
