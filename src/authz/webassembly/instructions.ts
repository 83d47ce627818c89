/**
 * The instructions of WebAssembly that are used here, each by its name in the specification
 * (https://webassembly.github.io/spec/core/appendix/index-instructions.html) and as its binary code, after those of its
 * operands.
 */
export type Code = readonly number[];

export const I32 = 0x7f;
export const V128 = 0x7b;

const VOID = 0x40;
const SIMD = 0xfd;
/** Of a memory access: none is promised. */
const UNALIGNED = 0;

/** LEB128, unsigned. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

/** LEB128 of what is not negative, with room for the sign. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x40; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

export const localGet = (local: number): Code => [0x20, ...unsigned(local)];
export const localSet = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const localTee = (local: number, value: Code): Code => [...value, 0x22, ...unsigned(local)];

/** Left by brIf(depth). */
export const block = (...code: Code[]): Code => [0x02, VOID, ...code.flat(), 0x0b];
/** Begun again by br(depth) or brIf(depth). */
export const loop = (...code: Code[]): Code => [0x03, VOID, ...code.flat(), 0x0b];
export const br = (depth: number): Code => [0x0c, ...unsigned(depth)];
export const brIf = (depth: number, condition: Code): Code => [...condition, 0x0d, ...unsigned(depth)];

export const i32Const = (value: number): Code => [0x41, ...signed(value)];
export const i32LtU = (a: Code, b: Code): Code => [...a, ...b, 0x49];
export const i32GtU = (a: Code, b: Code): Code => [...a, ...b, 0x4b];
export const i32GeU = (a: Code, b: Code): Code => [...a, ...b, 0x4f];
export const i32Ctz = (a: Code): Code => [...a, 0x68];
export const i32Add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const i32Mul = (a: Code, b: Code): Code => [...a, ...b, 0x6c];
export const i32Or = (a: Code, b: Code): Code => [...a, ...b, 0x72];
export const i32Xor = (a: Code, b: Code): Code => [...a, ...b, 0x73];
export const i32ShrU = (a: Code, b: Code): Code => [...a, ...b, 0x76];

const simd = (opcode: number, ...operands: Code[]): Code => [...operands.flat(), SIMD, ...unsigned(opcode)];

export const v128Load = (address: Code, offset = 0): Code => [
  ...simd(0x00, address),
  UNALIGNED,
  ...unsigned(offset),
];
export const v128Store = (address: Code, value: Code, offset = 0): Code => [
  ...simd(0x0b, address, value),
  UNALIGNED,
  ...unsigned(offset),
];
export const v128Or = (a: Code, b: Code): Code => simd(0x50, a, b);
export const v128Xor = (a: Code, b: Code): Code => simd(0x51, a, b);
export const v128AnyTrue = (a: Code): Code => simd(0x53, a);
export const i8x16Splat = (a: Code): Code => simd(0x0f, a);
export const i8x16Eq = (a: Code, b: Code): Code => simd(0x23, a, b);
export const i8x16LeU = (a: Code, b: Code): Code => simd(0x2a, a, b);
export const i8x16Bitmask = (a: Code): Code => simd(0x64, a);
export const i32x4ExtractLane = (lane: number, a: Code): Code => [...simd(0x1b, a), lane];
export const i32x4Add = (a: Code, b: Code): Code => simd(0xae, a, b);
export const i64x2Add = (a: Code, b: Code): Code => simd(0xce, a, b);
export const i64x2ExtmulLowI32x4U = (a: Code, b: Code): Code => simd(0xde, a, b);
export const i64x2ExtmulHighI32x4U = (a: Code, b: Code): Code => simd(0xdf, a, b);
