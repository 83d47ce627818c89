import { resolve } from 'node:path';
import { type ConfigOptions, readInstallationConfig } from '../options.ts';

/** `gatehouse inspect --check-rules`: every mistake in files of rules, failing examples included. */
export async function printRuleCheck(
  files: readonly string[],
  options: ConfigOptions & { json?: true },
): Promise<void> {
  const paths =
    files.length > 0 ? files.map((file) => resolve(file)) : readInstallationConfig(options).inspection.rules;
  const { checkRuleFiles } = await import('../../inspect/index.ts');
  const { describeProblem } = await import('../../rule-files/index.ts');
  const checked = await checkRuleFiles(paths);
  const { problems, rules, phrases } = checked;
  const ok = problems.length === 0;
  if (!ok) process.exitCode = 1;
  if (options.json) return console.log(JSON.stringify({ ok, ...checked }));
  for (const problem of problems) console.error(describeProblem(problem));
  if (!ok) return console.error(`The rules cannot be used: ${count(problems.length, 'mistake')}.`);
  console.log(
    `${count(checked.files.length, 'file')} can be used: ${count(rules, 'rule')}, ${count(phrases, 'allowed phrase')}.`,
  );
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
