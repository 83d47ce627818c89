import { Command } from 'commander';
import {
  administerBlocklist,
  describeTarget,
  type TargetOptions,
  targetOf,
  withTargetOptions,
} from './target.ts';

export function unblockCommand(): Command {
  return withTargetOptions(new Command('unblock'))
    .description('take an entry off the blocklist; it is named as it was for block')
    .option('--json', 'print {..., "unblocked"}')
    .action(async (options: TargetOptions & { json?: true }) => {
      const target = targetOf(options);
      const unblocked = await administerBlocklist(options, (blocklist) => blocklist.unblock(target));
      if (options.json) console.log(JSON.stringify({ ...target, unblocked }));
      else if (unblocked) console.log(`Unblocked ${describeTarget(target)}.`);
      if (unblocked) return;
      if (!options.json) {
        console.error(
          `${describeTarget(target)} is not on the blocklist: 'gatehouse tokens blocked' shows what is.`,
        );
      }
      process.exitCode = 1;
    });
}
