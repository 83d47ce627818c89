import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { Command, Option } from 'commander';
import type { Explanation } from '../authz/index.ts';
import { type ConfigOptions, readRunningConfig, withConfigOptions } from './options.ts';

interface ExplainOptions extends ConfigOptions {
  request: string;
  keyStdin?: true;
  tokenStdin?: true;
  json?: true;
}

export function authzCommand(): Command {
  const explain = withConfigOptions(new Command('explain'))
    .description('say what authz would answer to a request, step by step, and why')
    .requiredOption('--request <file>', 'the request: an HTTP message or JSON (see below)')
    .option('--key-stdin', 'read an API key from standard input and send it as x-api-key')
    .addOption(
      new Option(
        '--token-stdin',
        'read a token from standard input and send it as Authorization: Bearer',
      ).conflicts('keyStdin'),
    )
    .option('--json', 'print {"request", "steps": [{step, outcome, detail}], "answer"}')
    .addHelpText(
      'after',
      `
Asks the configuration and the Redis of the installation that runs in --data-dir. Nothing is sent to the api, logged or
counted, and neither the credential nor the prompt is printed. Exits with 0 also where the answer is a denial.

The request file is an HTTP message (the version may be left out; without Content-Length the rest is the body):
  POST /claude/invoke HTTP/1.1
  content-type: application/json

  {"prompt": "Say hello."}
or a JSON object, whose body is an object, a text or bodyBase64, with the caller's address or certificate if they matter:
  {"method": "POST", "path": "/claude/invoke", "headers": {"content-type": "application/json"},
   "body": {"prompt": "Say hello."}, "address": "10.0.0.7", "certificate": "-----BEGIN CERTIFICATE-----..."}
The credential is a header of the file, or comes from standard input, where no process list and no history has it.

Steps: credential, method, identity, blocklist, route, body, permissions, inspection. Outcomes: ok, refused, shadowed (would
be refused, were it not for shadow mode), skipped, unavailable (a store cannot be asked).

Examples:
  gatehouse authz explain --request request.http --key-stdin < key
  gatehouse authz explain --request request.json --json | jq .answer`,
    )
    .action(async (options: ExplainOptions) => {
      const config = readRunningConfig(options);
      const { readRequestFile, withExplainer, withHeader } = await import('../authz/index.ts');
      const request = readRequestFile(await read(options.request));
      if (options.keyStdin) withHeader(request, 'x-api-key', await secret());
      if (options.tokenStdin) withHeader(request, 'authorization', `Bearer ${await secret()}`);
      const explanation = await withExplainer(config, (explainRequest) => explainRequest(request));
      console.log(options.json ? JSON.stringify(explanation) : readable(explanation));
    });
  return new Command('authz').description('ask the authorizer').addCommand(explain);
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `--request ${file}: ${code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`}.`,
    );
  }
}

/** Without the line break that whoever wrote it ended it with. */
async function secret(): Promise<string> {
  return (await buffer(process.stdin)).toString().trim();
}

function readable({ request, steps, answer }: Explanation): string {
  const line = (name: string, outcome: string, detail: string) =>
    `  ${name.padEnd(12)} ${outcome.padEnd(12)} ${detail}`;
  const lines = steps.map(({ step, outcome, detail }) => line(step, outcome, detail));
  if (answer.kind === 'allow') {
    const { client, route, model, verdict, shadow } = answer.metadata;
    lines.push(
      line(
        'answer',
        'allowed',
        `client ${client}, route ${route}, model ${model}, verdict ${verdict}, shadow ${shadow}`,
      ),
    );
  } else {
    lines.push(line('answer', String(answer.status), `${answer.code} (${answer.reason}): ${answer.detail}`));
    if (answer.challenge !== undefined) lines.push(line('', '', `www-authenticate: ${answer.challenge}`));
  }
  return [`${request.method} ${request.path}`, ...lines].join('\n');
}
