import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WorkspaceError } from '../error.ts';
import { indexLine, parseListing, pathList, removalLine } from './listing.ts';

const ID = 'a'.repeat(40);

test('a list of files is read, names as their bytes', () => {
  const output = Buffer.concat([
    Buffer.from(`100644 blob ${ID}      12\ta b\tc\n\0`),
    Buffer.from(`160000 commit ${ID}       -\tsub\0`),
    Buffer.from(`120000 blob ${ID}       3\tlatin\xe4\0`, 'latin1'),
  ]);
  expect(parseListing(output)).toEqual([
    { mode: '100644', objectId: ID, bytes: 12, path: Buffer.from('a b\tc\n') },
    { mode: '160000', objectId: ID, bytes: 0, path: Buffer.from('sub') },
    { mode: '120000', objectId: ID, bytes: 3, path: Buffer.from('latin\xe4', 'latin1') },
  ]);
  expect(parseListing(Buffer.alloc(0))).toEqual([]);
});

test.each(['x', 'x\0', `100644 blob ${ID}\0`, `100644 blob ${ID} 1\tname`, 'a\0b\tc\0'])(
  '%j is no list',
  (text) => {
    expect(() => parseListing(Buffer.from(text))).toThrow(WorkspaceError);
  },
);

test('any names are read as they were', () => {
  const name = fc
    .uint8Array({ minLength: 1, maxLength: 20 })
    .map((bytes) => Buffer.from(bytes.map((byte) => byte || 1)));
  fc.assert(
    fc.property(fc.array(name), (names) => {
      const lines = names.map((path) =>
        Buffer.concat([Buffer.from(`100644 blob ${ID} 1\t`), path, Buffer.from([0])]),
      );
      expect(parseListing(Buffer.concat(lines)).map(({ path }) => path)).toEqual(names);
    }),
  );
});

test('lines for git end with NUL', () => {
  const path = Buffer.from('a\nb');
  expect(indexLine({ mode: '100755', objectId: ID, path }).toString()).toBe(`100755 ${ID}\ta\nb\0`);
  expect(removalLine(path).toString()).toBe(`0 ${'0'.repeat(40)}\ta\nb\0`);
  expect(pathList([path, path]).toString()).toBe('a\nb\0a\nb\0');
});
