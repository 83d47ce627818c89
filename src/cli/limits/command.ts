import { Command } from 'commander';
import { checkCommand } from './check.ts';
import { explainCommand } from './explain.ts';
import { listCommand } from './list.ts';
import { offendersCommand } from './offenders.ts';
import { peekCommand } from './peek.ts';
import { refundCommand } from './refund.ts';
import { replayCommand } from './replay.ts';
import { resetCommand } from './reset.ts';
import { setCommand } from './set.ts';
import { statusCommand } from './status.ts';
import { unsetCommand } from './unset.ts';

export function limitsCommand(): Command {
  return new Command('limits')
    .description('check, explain, try out and change rate limits')
    .addCommand(checkCommand())
    .addCommand(explainCommand())
    .addCommand(replayCommand())
    .addCommand(setCommand())
    .addCommand(unsetCommand())
    .addCommand(listCommand())
    .addCommand(peekCommand())
    .addCommand(resetCommand())
    .addCommand(refundCommand())
    .addCommand(offendersCommand())
    .addCommand(statusCommand())
    .addHelpText('after', '\ndocs/limits.md has all of them with examples.');
}
