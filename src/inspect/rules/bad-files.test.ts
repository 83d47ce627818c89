import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type RuleProblem, RulesError } from '../../rule-files/index.ts';
import { compileRuleBook } from './rule-book.ts';

/** Each file of bad-files/ ends with what is to be said about it: `# CODE LINE:COLUMN PATH: REASON`, a line a problem. */
const FOLDER = new URL('./bad-files/', import.meta.url);

function problemsOf(text: string): readonly RuleProblem[] {
  try {
    compileRuleBook({ texts: [{ file: 'file.yaml', text }], allow: [] });
    return [];
  } catch (error) {
    if (error instanceof RulesError) return error.problems;
    throw error;
  }
}

test.each(readdirSync(FOLDER))('%s is told what is wrong, and where', (name) => {
  const text = readFileSync(new URL(name, FOLDER), 'utf8');
  const expected = text.split('\n').filter((line) => /^# \w+ \d+:\d+ /.test(line));
  const said = problemsOf(text).map(
    ({ code, line, column, path, reason }) =>
      `# ${code} ${line}:${column} ${path === '' ? '' : `${path}: `}${reason}`,
  );
  expect(said).toEqual(expected);
  expect(said).not.toEqual([]);
});
