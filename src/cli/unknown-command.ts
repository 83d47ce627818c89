import type { Command } from 'commander';

const HELP = new Set(['-h', '--help']);

/**
 * The arguments as they are to be read: where they name a command that there is not, without asking for help, which
 * would be answered with that of the command above, as if all were well.
 * @param argv as in process.argv
 */
export function withoutHelpOfUnknown(program: Command, argv: readonly string[]): string[] {
  let command = program;
  for (const argument of argv.slice(2)) {
    if (argument.startsWith('-') || command.commands.length === 0 || argument === 'help') return [...argv];
    const next = command.commands.find(
      (each) => each.name() === argument || each.aliases().includes(argument),
    );
    if (next === undefined) return argv.filter((each) => !HELP.has(each));
    command = next;
  }
  return [...argv];
}
