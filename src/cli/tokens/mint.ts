import { Command, InvalidArgumentError } from 'commander';
import { durationOption } from '../keys/administer.ts';
import { type ConfigOptions, readInstallationConfig, withConfigOptions } from '../options.ts';
import { isoTime } from './target.ts';

interface MintOptions extends ConfigOptions {
  sub: string;
  tenant?: string;
  tier?: string;
  email?: string;
  roles?: string[];
  scope?: string[];
  maxTokens?: number;
  skills?: string[];
  models?: string[];
  aud?: string;
  ttl: string;
  json?: true;
}

export function mintCommand(): Command {
  return withConfigOptions(new Command('mint'))
    .description('issue a JSON Web Token as the development issuer of this installation')
    .requiredOption('--sub <name>', 'who will call with it, such as user-789')
    .option('--tenant <name>', 'its tenant; without it `default`')
    .option('--tier <name>', 'its set of limits; without it `free`')
    .option('--email <address>', 'its e-mail address')
    .option('--roles <list>', 'roles, with commas between', list)
    .option('--scope <list>', 'scopes, with commas or spaces between', list)
    .option('--max-tokens <number>', 'permissions.max_tokens_per_request', count)
    .option('--skills <list>', 'permissions.allowed_skills, with commas between; "" for none', list)
    .option('--models <list>', 'permissions.allowed_models, with commas between; "" for none', list)
    .option('--aud <audience>', 'whom it is for; without it this installation')
    .option('--ttl <duration>', 'how long it is good for, up to 24h', '1h')
    .option('--json', 'print {"token", "client", "jti", "expiresAt", "claims"}')
    .addHelpText(
      'after',
      `
'gatehouse up' trusts these tokens where Envoy listens on loopback only, so that you can try JSON Web Tokens without an
identity provider. Its key is secrets/development-issuer.pem in the data folder; whoever can read it can be anybody. With
identity.jwt.development.mode 'on' or 'off' you decide yourself. For others, configure identity.jwt.issuers.

Examples:
  gatehouse tokens mint --sub user-789 --tier pro
  gatehouse tokens mint --sub user-789 --roles claude-code-user --max-tokens 4000 --skills tdd,pdf,docx --ttl 4h
  curl -H "authorization: Bearer $(gatehouse tokens mint --sub user-789)" http://127.0.0.1:8080/claude/jobs`,
    )
    .action(async (options: MintOptions) => {
      const { mintDevelopmentToken } = await import('../../authz/index.ts');
      const { sub, tenant, tier, email, roles, scope, maxTokens, skills, models, aud, ttl } = options;
      const { token, claims, client } = await mintDevelopmentToken(
        readInstallationConfig(options),
        {
          ...{ sub, tenant, tier, email, roles, maxTokens, skills, models },
          ...{ scopes: scope, audience: aud, ttlMs: durationOption('--ttl', ttl) },
        },
        Date.now(),
      );
      const expiresAt = isoTime(claims.exp * 1000);
      if (options.json) {
        return console.log(JSON.stringify({ token, client, jti: claims.jti, expiresAt, claims }));
      }
      console.log(token);
      console.error(`Token ${claims.jti} for ${client}, good until ${expiresAt}.`);
    });
}

function list(text: string): string[] {
  return text.split(/[\s,]+/).filter((entry) => entry !== '');
}

function count(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number from 1.');
}
