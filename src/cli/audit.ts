import { Command } from 'commander';
import { AUDIT_ACTIONS, type AuditEntry } from '../audit/index.ts';
import { parseDurationMs } from '../config/index.ts';
import { suggestNearest } from '../spelling/index.ts';
import { runningConfig } from './limits/options.ts';
import { type ConfigOptions, withConfigOptions } from './options.ts';
import { printableLine } from './printable.ts';

const MAX_LIMIT = 10_000;

interface AuditOptions extends ConfigOptions {
  limit: string;
  action?: string;
  actor?: string;
  target?: string;
  since?: string;
  json?: true;
}

export function auditCommand(): Command {
  return withConfigOptions(new Command('audit'))
    .description('list what operators have changed and processes have loaded, the newest first')
    .option('--limit <number>', 'how many', '50')
    .option('--action <name>', 'only this, such as key.create, or key for all that is done with keys')
    .option('--actor <name>', 'only what this one did, such as cli:root')
    .option('--target <text>', 'only what was done to something with this in its name')
    .option('--since <duration>', 'only what is no older than this, such as 24h')
    .option('--json', 'print an array')
    .addHelpText(
      'after',
      `
docs/audit.md has every action.

Examples:
  gatehouse audit --action key --since 7d         what was done with API keys this week
  gatehouse audit --target acme                   what was changed for acme`,
    )
    .action(async (options: AuditOptions) => {
      const limit = Number(options.limit);
      if (!/^\d+$/.test(options.limit) || limit < 1 || limit > MAX_LIMIT) {
        throw new Error(`--limit ${options.limit}: expected a whole number from 1 to ${MAX_LIMIT}.`);
      }
      const { actor, target } = options;
      const filter = { action: readAction(options.action), actor, target, sinceMs: readSince(options.since) };
      const { withLimitAdministration } = await import('../ratelimit/index.ts');
      const entries = await withLimitAdministration(runningConfig(options), ({ audit }) =>
        audit.list(limit, undefined, filter),
      );
      if (options.json) return console.log(JSON.stringify(entries));
      if (entries.length === 0) return console.error('There is nothing of that in the audit.');
      for (const entry of entries) console.log(line(entry));
    });
}

function readAction(action: string | undefined): string | undefined {
  const names = Object.keys(AUDIT_ACTIONS);
  if (action === undefined || names.some((name) => name === action || name.startsWith(`${action}.`)))
    return action;
  const meant = suggestNearest(action, names) || '.';
  throw new Error(`--action ${action}: there is no such action${meant} docs/audit.md has all of them.`);
}

function readSince(since: string | undefined): number | undefined {
  if (since === undefined) return undefined;
  const ms = parseDurationMs(since);
  if (ms === undefined) throw new Error(`--since ${since}: expected a duration such as 24h or 7d.`);
  return Math.max(0, Date.now() - ms);
}

function line({ at, actor, action, target, details }: AuditEntry): string {
  const more = Object.keys(details).length === 0 ? '' : ` ${JSON.stringify(details)}`;
  return printableLine(`${at}  ${actor}  ${action}  ${target}${more}`);
}
