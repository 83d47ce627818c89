import { expect, test } from 'vitest';
import { keyringFilter } from './keyring-filter.ts';

/** Runs a filter as the kernel does: linux/filter.h, as far as it is used. */
function run(filter: Buffer, auditArch: number, number: number): 'allow' | 'ENOSYS' {
  let accumulator = 0;
  for (let at = 0; ; at += 1) {
    const [code, ifTrue, ifFalse] = [
      filter.readUInt16LE(at * 8),
      filter.readUInt8(at * 8 + 2),
      filter.readUInt8(at * 8 + 3),
    ];
    const operand = filter.readUInt32LE(at * 8 + 4);
    if (code === 0x20) accumulator = operand === 0 ? number : auditArch;
    else if (code === 0x54) accumulator = (accumulator & operand) >>> 0;
    else if (code === 0x14) accumulator = (accumulator - operand) >>> 0;
    else if (code === 0x15) at += accumulator === operand ? ifTrue : ifFalse;
    else if (code === 0x35) at += accumulator >= operand ? ifTrue : ifFalse;
    else if (code === 0x06 && operand === 0x7fff0000) return 'allow';
    else if (code === 0x06 && operand === 0x00050026) return 'ENOSYS';
    else throw new Error(`unknown step ${at}: ${code} ${operand}`);
  }
}

/** Numbers of add_key, request_key and keyctl in the kernel's tables. */
const TABLES: [string, NodeJS.Architecture, number, number[]][] = [
  ['x86-64', 'x64', 0xc000003e, [248, 249, 250]],
  ['x32', 'x64', 0xc000003e, [0x400000f8, 0x400000f9, 0x400000fa]],
  ['i386', 'x64', 0x40000003, [286, 287, 288]],
  ['arm64', 'arm64', 0xc00000b7, [217, 218, 219]],
  ['arm', 'arm64', 0x40000028, [309, 310, 311]],
];

test.each(TABLES)('the three calls for keys are refused, and no other: %s', (_, cpu, audit, numbers) => {
  const filter = keyringFilter(cpu) ?? Buffer.alloc(0);
  const first = numbers[0] ?? 0;
  const around = Array.from({ length: 600 }, (_, index) => (first & 0x40000000) + index);
  expect(around.filter((number) => run(filter, audit, number) === 'ENOSYS')).toEqual(numbers);
  expect(run(filter, audit, 0xffffffff)).toBe('allow');
});

test('a call by a convention that is not known is refused', () => {
  expect(run(keyringFilter('x64') ?? Buffer.alloc(0), 0xc00000b7, 1)).toBe('ENOSYS');
});

test('a processor that is not known has no filter', () => {
  expect(keyringFilter('s390x')).toBeUndefined();
});
