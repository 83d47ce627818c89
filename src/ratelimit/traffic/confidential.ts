import { createHmac, randomBytes } from 'node:crypto';
import type { DescriptorEntry } from '../rules/match.ts';

/** Names of descriptor keys whose values are credentials or name a person. */
const CONFIDENTIAL_KEY =
  /authorization|cookie|password|passwd|secret|token|credential|session|api[-_]?key|apikey|jwt|bearer|email|x-forwarded-for|remote_address/i;
/** How values of credentials look, under whatever key: a JWT, or one of the usual prefixes before a long random part. */
const CONFIDENTIAL_VALUE =
  /^(eyJ[\w-]+\.|(sk|pk|ghp|gho|xox[a-z]|gatehouse)[-_])[\w.-]{12,}|^(bearer|basic) /i;

export type Conceal = (entry: DescriptorEntry) => DescriptorEntry;

/**
 * Puts a digest in place of values that are secret or personal, keyed anew in each process: the same value stays the
 * same within one recording, so that its bucket stays one, and nobody finds the value again.
 * @param keys further descriptor keys whose values are to be concealed
 */
export function createConceal(keys: readonly string[], digestKey: Buffer = randomBytes(32)): Conceal {
  const named = new Set(keys);
  return (entry) => {
    const { key, value } = entry;
    if (!named.has(key) && !CONFIDENTIAL_KEY.test(key) && !CONFIDENTIAL_VALUE.test(value)) return entry;
    const digest = createHmac('sha256', digestKey).update(value).digest('base64url').slice(0, 22);
    return { key, value: `concealed-${digest}` };
  };
}
