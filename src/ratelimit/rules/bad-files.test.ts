import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { RuleProblem } from '../../rule-files/index.ts';
import { compileRules } from './compile.ts';
import { parseRules } from './parse.ts';

/**
 * Each file of bad-files/ ends with what is to be said about it, one comment a problem:
 * `# error CODE LINE:COLUMN PATH: REASON`, or `# warning ...` where the file is taken all the same.
 */
const FOLDER = new URL('./bad-files/', import.meta.url);

function said(text: string): string[] {
  const { domain, problems, warnings } = parseRules('file.yaml', text);
  const compiled = problems.length > 0 || domain === undefined ? [] : compileRules([domain]).problems;
  return [...lines('error', [...problems, ...compiled]), ...lines('warning', warnings)];
}

function lines(kind: string, problems: readonly RuleProblem[]): string[] {
  return problems.map(
    ({ code, line, column, path, reason }) =>
      `# ${kind} ${code} ${line}:${column} ${path === '' ? '' : `${path}: `}${reason}`,
  );
}

it.each(readdirSync(FOLDER))('%s is told what is wrong, and where', (name) => {
  const text = readFileSync(new URL(name, FOLDER), 'utf8');
  const expected = text.split('\n').filter((line) => /^# (error|warning) /.test(line));
  expect(expected).not.toEqual([]);
  expect(said(text)).toEqual(expected);
});

it('a file that is not YAML is told where it ends to be', () => {
  expect(said("'''\n")).toEqual(["# error invalid_yaml 2:1 Missing closing 'quote"]);
});
