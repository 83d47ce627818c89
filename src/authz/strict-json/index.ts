export type { JsonProblem, JsonProblemCode } from './problem.ts';
export { parseStrictJson, readStrictJson, type StrictJson } from './read.ts';
export type { JsonLimits } from './scanner.ts';
