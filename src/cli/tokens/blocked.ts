import { Command } from 'commander';
import { type ConfigOptions, withConfigOptions } from '../options.ts';
import { administerBlocklist, isoTime, jsonEntry } from './target.ts';

export function blockedCommand(): Command {
  return withConfigOptions(new Command('blocked'))
    .description('list what is blocked, oldest first; entries that have ended are left out')
    .option('--json', 'print an array')
    .action(async (options: ConfigOptions & { json?: true }) => {
      const entries = await administerBlocklist(options, (blocklist) => blocklist.list());
      if (options.json) return console.log(JSON.stringify(entries.map(jsonEntry)));
      if (entries.length === 0) return console.error('Nothing is blocked.');
      console.table(
        entries.map(({ target, issuedBeforeMs, untilMs, blockedMs }) => ({
          kind: target.kind,
          value: target.value,
          tenant: target.kind === 'subject' ? (target.tenant ?? 'any') : '',
          'issued before': issuedBeforeMs === undefined ? '' : isoTime(issuedBeforeMs),
          until: untilMs === undefined ? 'unblock' : isoTime(untilMs),
          blocked: isoTime(blockedMs),
        })),
      );
    });
}
