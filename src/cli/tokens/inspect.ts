import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Argument, Command, Option } from 'commander';
import type { TokenCheck, TokenInspection } from '../../authz/index.ts';
import { type ConfigOptions, readInstallationConfig, withConfigOptions } from '../options.ts';

interface InspectOptions extends ConfigOptions {
  file?: string;
  json?: true;
}

export function inspectCommand(): Command {
  return withConfigOptions(new Command('inspect'))
    .description('tell what a JSON Web Token says, and each check of it under this configuration')
    .addArgument(new Argument('[token]', 'the token; - or nothing reads it from standard input'))
    .addOption(new Option('--file <file>', 'a file with the token'))
    .option('--json', 'print {"counts", "reason", "header", "claims", "checks", "principal"}')
    .addHelpText(
      'after',
      `
Give the token by file or standard input: arguments are visible to everybody on this machine. It is sent nowhere; only the
keys of its issuer are fetched. The exit code is 0 when it counts. Whether it is blocked is told by 'tokens blocked'.

Examples:
  gatehouse tokens mint --sub user-789 | gatehouse tokens inspect
  gatehouse tokens inspect --file token.txt --json`,
    )
    .action(async (argument: string | undefined, options: InspectOptions) => {
      const { inspectConfigured } = await import('../../authz/index.ts');
      const token = await readToken(argument, options.file);
      const inspection = await inspectConfigured(readInstallationConfig(options), token, Date.now());
      if (inspection === undefined) {
        throw new Error('this is no JSON Web Token: it has not three parts with dots between.');
      }
      if (options.json) console.log(JSON.stringify(inspection));
      else print(inspection);
      if (inspection.counts !== true) process.exitCode = 1;
    });
}

async function readToken(argument: string | undefined, file: string | undefined): Promise<string> {
  if (file !== undefined && argument !== undefined) throw new Error('give the token once: by --file or not.');
  const given =
    file !== undefined
      ? await readFile(file, 'utf8')
      : argument === undefined || argument === '-'
        ? await text(process.stdin)
        : argument;
  // As it is often copied.
  return given.trim().replace(/^Bearer +/i, '');
}

function print({ counts, reason, header, claims, checks, principal }: TokenInspection): void {
  if (header !== undefined) console.log(`header  ${JSON.stringify(header)}`);
  if (claims !== undefined) console.log(`claims  ${JSON.stringify(claims, null, 2)}`);
  for (const check of checks) console.log(line(check));
  if (principal !== undefined) console.log(`\nwould be  ${JSON.stringify(principal, null, 2)}`);
  console.log(counts === true ? '\nThe token counts.' : `\nThe token does not count: ${reason}.`);
}

function line({ check, outcome, detail }: TokenCheck): string {
  return `${outcome.padEnd(8)} ${check.padEnd(10)} ${detail}`;
}
