import { describe, expect, test } from 'vitest';
import { systemCallFilter } from './system-call-filter.ts';

/** Runs a filter as the kernel does (linux/filter.h), as far as it is used, on struct seccomp_data. */
function run(filter: Buffer, auditArch: number, number: number, firstArgument = 0): string {
  const data: Record<number, number> = { 0: number, 4: auditArch, 16: firstArgument };
  let accumulator = 0;
  for (let at = 0; ; at += 1) {
    const code = filter.readUInt16LE(at * 8);
    const operand = filter.readUInt32LE(at * 8 + 4);
    if (code === 0x20) accumulator = data[operand] ?? Number.NaN;
    else if (code === 0x54) accumulator = (accumulator & operand) >>> 0;
    else if (code === 0x15) at += filter.readUInt8(at * 8 + (accumulator === operand ? 2 : 3));
    else if (code === 0x06)
      return { 2147418112: 'allow', 327718: 'ENOSYS', 327777: 'EAFNOSUPPORT' }[operand] ?? '';
    else throw new Error(`unknown step ${at}: ${code}`);
  }
}

const X64 = [103, 248, 249, 250, 298, 321, 323, 425];

/** Numbers in the kernel's tables: all that are refused, and socket. */
const TABLES: [string, NodeJS.Architecture, number, number[], number][] = [
  ['x86-64', 'x64', 0xc000003e, X64, 41],
  ['x32', 'x64', 0xc000003e, X64.map((number) => number + 2 ** 30), 41 + 2 ** 30],
  ['i386', 'x64', 0x40000003, [102, 103, 286, 287, 288, 336, 357, 374, 425], 359],
  ['arm64', 'arm64', 0xc00000b7, [116, 217, 218, 219, 241, 280, 282, 425], 198],
  ['arm', 'arm64', 0x40000028, [103, 309, 310, 311, 364, 386, 388, 425], 281],
];

describe.each(TABLES)('%s', (_, cpu, audit, refused, socket) => {
  const filter = systemCallFilter(cpu) ?? Buffer.alloc(0);

  test('calls that no namespace parts, or that no job needs, are refused, and no other', () => {
    const base = socket >= 2 ** 30 ? 2 ** 30 : 0;
    const all = Array.from({ length: 600 }, (_, index) => base + index);
    expect(all.filter((number) => run(filter, audit, number, 1) === 'ENOSYS')).toEqual(refused);
    expect(all.filter((number) => run(filter, audit, number, 1) === 'allow')).toHaveLength(
      600 - refused.length,
    );
    expect(run(filter, audit, 0xffffffff)).toBe('allow');
  });

  test('sockets of families that have namespaces can be made, and no other', () => {
    const families = Array.from({ length: 64 }, (_, family) => family);
    expect(families.filter((family) => run(filter, audit, socket, family) === 'allow')).toEqual([
      1, 2, 10, 16,
    ]);
    expect(run(filter, audit, socket, 40)).toBe('EAFNOSUPPORT');
  });
});

test('a call by a convention that is not known is refused', () => {
  expect(run(systemCallFilter('x64') ?? Buffer.alloc(0), 0xc00000b7, 1)).toBe('ENOSYS');
});

test('a processor that is not known has no filter', () => {
  expect(systemCallFilter('s390x')).toBeUndefined();
});
