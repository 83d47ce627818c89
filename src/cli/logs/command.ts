import { Command } from 'commander';
import { levelCommand } from './level.ts';

export function logsCommand(): Command {
  return new Command('logs')
    .description('say how much the parts of the running installation log')
    .addCommand(levelCommand())
    .addHelpText('after', '\ndocs/logs.md has the components and the fields of a line.');
}
