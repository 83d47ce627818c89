import { resolve } from 'node:path';
import { Command } from 'commander';
import { type ConfigOptions, readInstallationConfig, withConfigOptions } from '../options.ts';
import type { Json } from './options.ts';

export function checkCommand(): Command {
  return withConfigOptions(new Command('check'))
    .description('check rule files; every mistake is named with file, line and column')
    .argument(
      '[files...]',
      "rule files, or folders of them; without any those of the configuration's ratelimit.files",
    )
    .option('--json', 'print {"ok", "files", "domains", "problems", "warnings"}')
    .addHelpText('after', '\nExits with 0 where the rules can be used, with 1 where they cannot.')
    .action(async (files: string[], options: ConfigOptions & Json) => {
      const { ratelimit } = readInstallationConfig(options);
      const { checkRules, describeProblem, installedRuleFiles } = await import('../../ratelimit/index.ts');
      const named = files.length > 0 ? files.map((file) => resolve(file)) : undefined;
      const installed = installedRuleFiles(named ? { ...ratelimit, source: 'files' } : ratelimit);
      const checked = await checkRules(named ?? installed.paths, installed.options);
      const ok = checked.problems.length === 0;
      if (!ok) process.exitCode = 1;
      if (options.json) return console.log(JSON.stringify({ ok, ...checked }));
      for (const warning of checked.warnings) console.error(`${describeProblem(warning)} (warning)`);
      for (const problem of checked.problems) console.error(describeProblem(problem));
      if (!ok)
        return console.error(`The rules cannot be used: ${count(checked.problems.length, 'mistake')}.`);
      const domains = checked.domains.map(({ domain, limits }) => `${domain} (${count(limits, 'limit')})`);
      console.log(`${count(checked.files.length, 'file')} can be used: ${domains.join(', ')}.`);
    });
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
