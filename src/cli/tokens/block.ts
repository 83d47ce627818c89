import { Command, Option } from 'commander';
import { durationOption } from '../keys/administer.ts';
import {
  administerBlocklist,
  describeTarget,
  isoTime,
  jsonEntry,
  type TargetOptions,
  targetOf,
  withTargetOptions,
} from './target.ts';

interface BlockOptions extends TargetOptions {
  issuedBefore?: string;
  expires?: string;
  until?: string;
  json?: true;
}

export function blockCommand(): Command {
  return withTargetOptions(new Command('block'))
    .description('refuse a credential from now on, in every process, though it is good in itself')
    .option(
      '--issued-before <time>',
      'only what was issued before: now, or a time such as 2026-01-02T03:04:05Z',
    )
    .addOption(
      new Option(
        '--expires <duration>',
        'how long the entry is kept, such as 4h; without it until unblock',
      ).conflicts(['until']),
    )
    .option('--until <time>', 'when the entry ends; best the exp of the token')
    .option('--json', 'print the entry')
    .addHelpText(
      'after',
      `
An entry is needed only as long as the credential itself is good: give it the token's own end, so that the list stays
short. identity.blocklist.maxEntries bounds it. What a caller is told does not say that it is blocked; the log does.

Examples:
  gatehouse tokens block --jti 7d1c3f2a --until 2026-01-02T08:00:00Z    one token
  gatehouse tokens block --sub user-789 --issued-before now --expires 4h  sign a user out: new tokens work
  gatehouse tokens block --sub service-a --tenant acme                  a whole client, until unblock
  gatehouse tokens block --key-id key_0123456789abcdef                  an API key that may come back
  gatehouse tokens block --fingerprint "$(openssl x509 -in client.crt -noout -fingerprint -sha256 | cut -d= -f2)"`,
    )
    .action(async (options: BlockOptions) => {
      const { issuedBefore, expires, until, json } = options;
      const target = targetOf(options);
      const expiresInMs = expires === undefined ? undefined : durationOption('--expires', expires);
      const untilGivenMs = until === undefined ? undefined : timeOption('--until', until);
      const issuedBeforeMs =
        issuedBefore === undefined ? undefined : timeOption('--issued-before', issuedBefore);
      const entry = await administerBlocklist(options, (blocklist) => {
        const untilMs = expiresInMs === undefined ? untilGivenMs : Date.now() + expiresInMs;
        return blocklist.block({ target, issuedBeforeMs, untilMs });
      });
      if (json) return console.log(JSON.stringify(jsonEntry(entry)));
      const which =
        issuedBeforeMs === undefined ? '' : `, what was issued before ${isoTime(issuedBeforeMs)},`;
      const end = entry.untilMs === undefined ? "'gatehouse tokens unblock'" : isoTime(entry.untilMs);
      console.log(`Blocked ${describeTarget(entry.target)}${which} until ${end}.`);
    });
}

/** @throws an Error for people that names the option and shows how it is written */
function timeOption(option: string, text: string): number {
  if (text === 'now') return Date.now();
  const ms = /^\d{4}-\d\d-\d\d(T|$)/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new Error(`${option} ${text}: expected a time such as 2026-01-02T03:04:05Z.`);
  return ms;
}
