export type { JsonProblem, JsonProblemCode } from './problem.ts';
export { readStrictJson, type StrictJson } from './read.ts';
export type { JsonLimits } from './scanner.ts';
