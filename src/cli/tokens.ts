import { Command } from 'commander';
import { blockCommand } from './tokens/block.ts';
import { blockedCommand } from './tokens/blocked.ts';
import { unblockCommand } from './tokens/unblock.ts';

export function tokensCommand(): Command {
  return new Command('tokens')
    .description('block tokens, keys, certificates and whole clients')
    .addCommand(blockCommand())
    .addCommand(unblockCommand())
    .addCommand(blockedCommand());
}
