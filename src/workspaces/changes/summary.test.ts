import { expect, test } from 'vitest';
import { WorkspaceError } from '../error.ts';
import { parseSummary } from './summary.ts';

const raw = (status: string, ...paths: string[]) => `:100644 100644 a b ${status}\0${paths.join('\0')}\0`;

test('what became of each file is read, with its lines', () => {
  const output = [
    ...[
      raw('A', 'new\tname'),
      raw('M', ':colon'),
      raw('D', '12\t3\tgone'),
      raw('T', 'link'),
      raw('R087', 'old', 'moved'),
    ],
    ...['1\t0\tnew\tname\0', '2\t3\t:colon\0', '0\t4\t12\t3\tgone\0', '-\t-\tlink\0', '5\t6\t\0old\0moved\0'],
  ].join('');
  expect(parseSummary(Buffer.from(output))).toEqual([
    { status: 'added', path: 'new\tname', added: 1, removed: 0 },
    { status: 'modified', path: ':colon', added: 2, removed: 3 },
    { status: 'deleted', path: '12\t3\tgone', added: 0, removed: 4 },
    { status: 'type_changed', path: 'link' },
    { status: 'renamed', from: 'old', path: 'moved', added: 5, removed: 6 },
  ]);
});

test('names that are not UTF-8 stay two', () => {
  const output = raw('A', 'x\xe4') + raw('A', 'x\xf6');
  expect(parseSummary(Buffer.from(output, 'latin1'))).toEqual([
    { status: 'added', path: 'x�' },
    { status: 'added', path: 'x�' },
  ]);
});

test('nothing is no change, and something else is an error', () => {
  expect(parseSummary(Buffer.alloc(0))).toEqual([]);
  expect(() => parseSummary(Buffer.from(raw('X', 'a')))).toThrow(WorkspaceError);
});
