/** A way to call the kernel: how seccomp(2) names it, and its numbers for what the filter looks at. */
interface CallingConvention {
  /** AUDIT_ARCH_* of linux/audit.h. */
  audit: number;
  refused: number[];
  socket: number;
}

/** The same everywhere. It would open sockets past a filter. */
const IO_URING_SETUP = 425;

/**
 * Each processor's own convention, then the one for 32-bit programs. Refused are add_key, request_key and keyctl; syslog,
 * perf_event_open, bpf and userfaultfd, in this order; and i386's socketcall, whose arguments no filter sees.
 */
const CONVENTIONS: Partial<Record<NodeJS.Architecture, CallingConvention[]>> = {
  x64: [
    { audit: 0xc000003e, refused: [248, 249, 250, 103, 298, 321, 323, IO_URING_SETUP], socket: 41 },
    { audit: 0x40000003, refused: [286, 287, 288, 103, 336, 357, 374, 102, IO_URING_SETUP], socket: 359 },
  ],
  arm64: [
    { audit: 0xc00000b7, refused: [217, 218, 219, 116, 241, 280, 282, IO_URING_SETUP], socket: 198 },
    { audit: 0x40000028, refused: [309, 310, 311, 103, 364, 386, 388, IO_URING_SETUP], socket: 281 },
  ],
};

/** Unix, IPv4, IPv6 and netlink (linux/socket.h): those that a network namespace parts. */
const SOCKET_FAMILIES = [1, 2, 10, 16];

/** The x32 convention has x64's numbers, with this bit set. */
const X32_BIT = 0x40000000;

/** Offsets in struct seccomp_data. */
const NUMBER = 0;
const AUDIT_ARCH = 4;
/** Its lower half, both processors being little-endian; the kernel takes an int. */
const FIRST_ARGUMENT = 16;

/** Classic BPF (linux/bpf_common.h, linux/filter.h). */
const LOAD = 0x20;
const AND = 0x54;
const JUMP_IF_EQUAL = 0x15;
const RETURN = 0x06;

/** SECCOMP_RET_*: an errno as of a kernel that lacks the call, or the socket family. */
const VERDICTS = { refuse: 0x00050000 | 38, unsupported: 0x00050000 | 97, allow: 0x7fff0000 };

type Verdict = keyof typeof VERDICTS;

interface Step {
  code: number;
  operand: number;
  /** Where to go on: so many steps further than the next, or a verdict. */
  ifTrue?: number | Verdict;
  ifFalse?: number | Verdict;
}

/**
 * The seccomp filter, as `bwrap --seccomp` reads it, that refuses what no namespace parts: keyrings(7), of which a
 * worker inherits that of whoever started us, with the keys in it; the kernel's log, in which stands what the host does;
 * sockets such as vsock(7), which lead out of a virtual machine to its host; and calls that no job needs but kernel bugs
 * are known for.
 * @returns undefined for a processor whose numbers are not known here
 */
export function systemCallFilter(architecture: NodeJS.Architecture): Buffer | undefined {
  const conventions = CONVENTIONS[architecture];
  if (conventions === undefined) return undefined;
  const steps: Step[] = [{ code: LOAD, operand: AUDIT_ARCH }];
  for (const convention of conventions) {
    const checks = checksOf(convention);
    steps.push(
      { code: JUMP_IF_EQUAL, operand: convention.audit, ifTrue: 0, ifFalse: checks.length },
      ...checks,
    );
  }
  return assemble(steps);
}

function checksOf({ refused, socket }: CallingConvention): Step[] {
  return [
    { code: LOAD, operand: NUMBER },
    { code: AND, operand: ~X32_BIT >>> 0 },
    ...refused.map((operand): Step => ({ code: JUMP_IF_EQUAL, operand, ifTrue: 'refuse' })),
    { code: JUMP_IF_EQUAL, operand: socket, ifFalse: 'allow' },
    { code: LOAD, operand: FIRST_ARGUMENT },
    ...SOCKET_FAMILIES.map((operand): Step => ({ code: JUMP_IF_EQUAL, operand, ifTrue: 'allow' })),
    { code: RETURN, operand: VERDICTS.unsupported },
  ];
}

/** Writes each step as a struct sock_filter, with the verdicts after them; who gets past the last step is refused. */
function assemble(steps: Step[]): Buffer {
  const verdicts = Object.keys(VERDICTS);
  const distance = (target: number | Verdict | undefined, from: number) =>
    typeof target === 'string' ? steps.length + verdicts.indexOf(target) - from - 1 : (target ?? 0);
  const returns = Object.values(VERDICTS).map((operand): Step => ({ code: RETURN, operand }));
  return Buffer.concat(
    [...steps, ...returns].map(({ code, operand, ifTrue, ifFalse }, index) => {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt16LE(code, 0);
      bytes.writeUInt8(distance(ifTrue, index), 2);
      bytes.writeUInt8(distance(ifFalse, index), 3);
      bytes.writeUInt32LE(operand, 4);
      return bytes;
    }),
  );
}
