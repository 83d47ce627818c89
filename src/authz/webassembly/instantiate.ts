import { type Code, I32, unsigned, V128 } from './instructions.ts';

/** One function on a memory of its own, whose parameters and result are i32. */
export interface FunctionSource {
  parameters: number;
  /** Local variables, counted on from the parameters: first the integers of 32 bits. */
  integers: number;
  vectors: number;
  /** Leaves its result. */
  body: readonly Code[];
  /** Of 64 KiB. */
  memoryPages: number;
}

export interface Instance {
  memory: Uint8Array;
  run(...parameters: number[]): number;
}

/** What is used of https://webassembly.github.io/spec/js-api/; TypeScript has it only together with a browser's. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: { memory: { buffer: ArrayBuffer }; run: Instance['run'] } };
};

/** https://webassembly.github.io/spec/core/binary/modules.html */
const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const SECTION = { type: 1, function: 3, memory: 5, export: 7, code: 10 };
const FUNCTION_TYPE = 0x60;
const EXPORTED = { function: 0, memory: 2 };
const WITHOUT_MAXIMUM = 0;
const END = 0x0b;

/**
 * What Node has no call for and JavaScript does byte by byte, WebAssembly does sixteen bytes at a time. V8 compiles it as it does
 * JavaScript, so that a call costs a few ns.
 */
export function instantiate({ parameters, integers, vectors, body, memoryPages }: FunctionSource): Instance {
  const locals = [2, ...unsigned(integers), I32, ...unsigned(vectors), V128];
  const code = [...locals, ...body.flat(), END];
  const module = new WebAssembly.Module(
    Uint8Array.from([
      ...MAGIC_AND_VERSION,
      ...section(SECTION.type, [FUNCTION_TYPE, parameters, ...new Array(parameters).fill(I32), 1, I32]),
      ...section(SECTION.function, [0]),
      ...section(SECTION.memory, [WITHOUT_MAXIMUM, ...unsigned(memoryPages)]),
      ...section(SECTION.export, name('memory', EXPORTED.memory), name('run', EXPORTED.function)),
      ...section(SECTION.code, [...unsigned(code.length), ...code]),
    ]),
  );
  const { memory, run } = new WebAssembly.Instance(module).exports;
  return { memory: new Uint8Array(memory.buffer), run };
}

function section(id: number, ...items: number[][]): number[] {
  const content = [...unsigned(items.length), ...items.flat()];
  return [id, ...unsigned(content.length), ...content];
}

/** An export of the first of its kind. */
function name(text: string, kind: number): number[] {
  return [...unsigned(text.length), ...Buffer.from(text), kind, 0];
}
