import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { ConfigError } from '../config/index.ts';
import { ROOT } from '../toolchain/index.ts';
import { auditCommand } from './audit.ts';
import { authzCommand } from './authz.ts';
import { configCommand } from './config.ts';
import { doctorCommand } from './doctor.ts';
import { envoyCommand } from './envoy.ts';
import { inspectCommand } from './inspect/command.ts';
import { jobsCommand } from './jobs.ts';
import { keysCommand } from './keys.ts';
import { limitsCommand } from './limits/command.ts';
import { logsCommand } from './logs/command.ts';
import { serveCommand } from './serve.ts';
import { tokensCommand } from './tokens.ts';
import { withoutHelpOfUnknown } from './unknown-command.ts';
import { upCommand } from './up.ts';

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

const program = new Command('gatehouse')
  .description('Claude Code behind Envoy: authorization, rate limits, a durable queue and sandboxed workers.')
  .version(version)
  .showHelpAfterError("('gatehouse COMMAND --help' shows what a command takes)")
  .showSuggestionAfterError()
  .addCommand(upCommand())
  .addCommand(serveCommand())
  .addCommand(keysCommand())
  .addCommand(tokensCommand())
  .addCommand(limitsCommand())
  .addCommand(jobsCommand())
  .addCommand(auditCommand())
  .addCommand(logsCommand())
  .addCommand(authzCommand())
  .addCommand(inspectCommand())
  .addCommand(envoyCommand())
  .addCommand(configCommand())
  .addCommand(doctorCommand())
  .addHelpText(
    'after',
    `
Start here:
  gatehouse up                                    everything on this machine, with a demo key and a curl line
  gatehouse keys create --client service-a        an API key for a client
  gatehouse tokens block --sub service-a          shut a client out at once
  gatehouse jobs list                             what was asked for, and how it goes
  gatehouse doctor                                what is installed and what is missing`,
  );

try {
  await program.parseAsync(withoutHelpOfUnknown(program, process.argv));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}

/** One sentence, without a stack: what went wrong is the user's to mend. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return `The configuration cannot be used:\n${indent(error.message)}`;
  if (error instanceof Error) return `gatehouse: ${error.message}`;
  return `gatehouse: ${String(error)}`;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
