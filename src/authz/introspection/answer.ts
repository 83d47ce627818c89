import type { Claims } from '../claims/read.ts';
import { type JsonLimits, readStrictJson } from '../strict-json/index.ts';

/** What the endpoint says of a token (RFC 7662, section 2.2). */
export type Answer = { active: false } | { active: true; claims: Claims };

/** The endpoint answered, but not as RFC 7662 says. */
export class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer';
}

const LIMITS: JsonLimits = { maxDepth: 16, maxMembers: 256 };

/** @throws UnusableAnswer */
export function readAnswer(bytes: Buffer): Answer {
  const json = readStrictJson(bytes, LIMITS, ['active']);
  if (!json.ok) throw new UnusableAnswer('the answer is not a JSON object with one meaning');
  const { active } = json.values;
  if (typeof active !== 'boolean') throw new UnusableAnswer('the answer does not say whether it is active');
  return active ? { active, claims: JSON.parse(bytes.toString()) } : { active };
}
