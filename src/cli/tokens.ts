import { Command } from 'commander';
import { blockCommand } from './tokens/block.ts';
import { blockedCommand } from './tokens/blocked.ts';
import { inspectCommand } from './tokens/inspect.ts';
import { mintCommand } from './tokens/mint.ts';
import { unblockCommand } from './tokens/unblock.ts';

export function tokensCommand(): Command {
  return new Command('tokens')
    .description('issue and inspect tokens; block tokens, keys, certificates and whole clients')
    .addCommand(mintCommand())
    .addCommand(inspectCommand())
    .addCommand(blockCommand())
    .addCommand(unblockCommand())
    .addCommand(blockedCommand());
}
