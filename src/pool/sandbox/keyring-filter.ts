/** A way to call the kernel: how seccomp(2) names it, and the first of its three calls for keys. */
interface CallingConvention {
  /** AUDIT_ARCH_* of linux/audit.h. */
  audit: number;
  /** The number of add_key; request_key and keyctl follow it. */
  addKey: number;
}

/** Each processor's own convention, then the one for 32-bit programs. */
const CONVENTIONS: Partial<Record<NodeJS.Architecture, CallingConvention[]>> = {
  x64: [
    { audit: 0xc000003e, addKey: 248 },
    { audit: 0x40000003, addKey: 286 },
  ],
  arm64: [
    { audit: 0xc00000b7, addKey: 217 },
    { audit: 0x40000028, addKey: 309 },
  ],
};

const KEY_CALLS = 3;
/** The x32 convention has x64's numbers, with this bit set. */
const X32_BIT = 0x40000000;

/** Offsets in struct seccomp_data. */
const NUMBER = 0;
const AUDIT_ARCH = 4;

/** Classic BPF (linux/bpf_common.h, linux/filter.h). */
const LOAD = 0x20;
const AND = 0x54;
const SUBTRACT = 0x14;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_AT_LEAST = 0x35;
const RETURN = 0x06;

/** SECCOMP_RET_ERRNO with ENOSYS: as on a kernel that has no keys. */
const REFUSE = 0x00050000 | 38;
const ALLOW = 0x7fff0000;

const STEPS_PER_CONVENTION = 5;

/**
 * The seccomp filter, as `bwrap --seccomp` reads it, that refuses the kernel's calls for keys. No namespace parts
 * keyrings(7): a worker inherits the session keyring of whoever started us, could read the keys in it and leave
 * some there for the next job.
 * @returns undefined for a processor whose numbers are not known here
 */
export function keyringFilter(architecture: NodeJS.Architecture): Buffer | undefined {
  const conventions = CONVENTIONS[architecture];
  if (conventions === undefined) return undefined;
  const refuse = 1 + conventions.length * STEPS_PER_CONVENTION;
  const allow = refuse + 1;
  const steps = [step(LOAD, AUDIT_ARCH)];
  for (const { audit, addKey } of conventions) {
    steps.push(
      step(JUMP_IF_EQUAL, audit, 0, STEPS_PER_CONVENTION - 1),
      step(LOAD, NUMBER),
      step(AND, ~X32_BIT >>> 0),
      // Unsigned: lower numbers come out high.
      step(SUBTRACT, addKey),
    );
    // Jumps count from the step after them.
    const next = steps.length + 1;
    steps.push(step(JUMP_IF_AT_LEAST, KEY_CALLS, allow - next, refuse - next));
  }
  steps.push(step(RETURN, REFUSE), step(RETURN, ALLOW));
  return Buffer.concat(steps);
}

/** struct sock_filter; both processors are little-endian. */
function step(code: number, operand: number, ifTrue = 0, ifFalse = 0): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(ifTrue, 2);
  bytes.writeUInt8(ifFalse, 3);
  bytes.writeUInt32LE(operand, 4);
  return bytes;
}
