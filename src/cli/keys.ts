import { Command } from 'commander';
import { createKeyCommand } from './keys/create.ts';
import { listKeysCommand } from './keys/list.ts';
import { revokeKeyCommand } from './keys/revoke.ts';
import { rotateKeyCommand } from './keys/rotate.ts';

export function keysCommand(): Command {
  return new Command('keys')
    .description('create, list, rotate and revoke API keys')
    .addCommand(createKeyCommand())
    .addCommand(listKeysCommand())
    .addCommand(rotateKeyCommand())
    .addCommand(revokeKeyCommand())
    .addHelpText(
      'after',
      `
A key is shown once, when it is made; Redis keeps a keyed hash of it. What is done here counts in every process
within milliseconds: nothing is restarted. 'gatehouse tokens block --key-id ID' stops a key without removing it.`,
    );
}
