import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeCommand } from './write-command.ts';

const argument = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ maxLength: 200 }),
  fc.integer(),
  fc.double(),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);

test('a command is written as the protocol says, whatever its arguments are', () => {
  fc.assert(
    fc.property(fc.array(fc.array(argument)), (parts) => {
      const args = parts.flat().map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(String(value))));
      const expected = args.map((arg) =>
        Buffer.concat([Buffer.from(`$${arg.length}\r\n`), arg, Buffer.from('\r\n')]),
      );
      expect(writeCommand(...parts)).toEqual(
        Buffer.concat([Buffer.from(`*${args.length}\r\n`), ...expected]),
      );
    }),
  );
});

test('one that is longer than all before it is whole, and those after it too', () => {
  const long = 'ü'.repeat(300_000);
  expect(writeCommand(['SET', 'a', long]).toString()).toBe(
    `*3\r\n$3\r\nSET\r\n$1\r\na\r\n$600000\r\n${long}\r\n`,
  );
  expect(writeCommand(['GET', 'a']).toString()).toBe('*2\r\n$3\r\nGET\r\n$1\r\na\r\n');
});
