export type { MemberValue } from './member-value.ts';
export type { JsonProblem, JsonProblemCode } from './problem.ts';
export { findMembers, parseStrictJson, readStrictJson, type StrictJson } from './read.ts';
export type { JsonLimits } from './scanner.ts';
export { WantedMembers } from './wanted-members.ts';
