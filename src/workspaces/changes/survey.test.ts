import { expect, test } from 'vitest';
import { WorkspaceError } from '../error.ts';
import { parseSurvey } from './survey.ts';

const ID = 'a'.repeat(40);
const changed = (modes: string, status: string, path: string) => `:${modes} ${ID} ${ID} ${status}\0${path}\0`;
const names = (paths: Buffer[]) => paths.map((path) => path.toString('latin1'));

function survey(...[first = '', second = '', third = '', fourth = '']: string[]) {
  const { present, absent, large, nested } = parseSurvey(
    Buffer.from([first, second, third, fourth].join('\0'), 'latin1'),
  );
  return { present: names(present), absent: names(absent), large: names(large), nested: names(nested) };
}

test('what is there is told from what is gone', () => {
  const index =
    changed('100644 100755', 'M', 'a\nb') +
    changed('100644 120000', 'T', ':colon') +
    changed('100644 000000', 'D', 'gone') +
    changed('100644 160000', 'T', 'repository') +
    changed('100644 100644', 'M', 'fifo');
  expect(survey(index, 'new\0inner/\0latin\xe4\0', './big\0./a\nb\0', './fifo\0./other\0')).toEqual({
    present: ['a\nb', ':colon', 'new', 'latin\xe4'],
    absent: ['gone', 'repository', 'fifo'],
    large: ['big', 'a\nb'],
    nested: ['inner/'],
  });
});

test('nothing may have changed', () => {
  expect(survey()).toEqual({ present: [], absent: [], large: [], nested: [] });
});

test.each(['', 'x', '\0\0', 'a\0'])('%j is no survey', (text) => {
  expect(() => parseSurvey(Buffer.from(text))).toThrow(WorkspaceError);
});
