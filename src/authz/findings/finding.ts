import { z } from 'zod';
import { REASON_CLASSES } from '../../inspect/index.ts';
import { type InputInspection, ruleNames } from '../body/inspection.ts';
import type { RequestFacts } from '../check-request.ts';
import type { Principal } from '../credentials/principal.ts';
import { routeName } from '../routes/table.ts';

const name = z.string();

/** A submission whose texts were flagged or rejected, as it is kept. Its texts are not. */
export const findingSchema = z.object({
  verdict: z.enum(['flag', 'reject']),
  /** Whether it passed because its policy is only tried out. */
  shadow: z.boolean(),
  score: z.number(),
  reasonClass: z.enum(REASON_CLASSES),
  /** Names of rules, or what the model took it for. */
  rules: z.array(name),
  /** Where it stood, such as `prompt`. */
  fields: z.array(name),
  /** SHA-256 of the body, in hex: the same attack is found again by it. */
  digest: name,
  policy: name,
  tenant: name,
  client: name,
  tier: name,
  route: name,
  requestId: name,
});

export type Finding = z.infer<typeof findingSchema>;

/** Own rules may be many; these are enough to know it by. */
const MAX_RULES = 20;

/** @param bodySha256 in base64url @returns undefined where nothing was found */
export function findingOf(
  facts: Pick<RequestFacts, 'route' | 'requestId'>,
  { tenant, client, tier }: Principal,
  { policy, verdict, score, reasonClass, findings }: InputInspection,
  bodySha256: string,
): Finding | undefined {
  if (verdict === 'allow') return undefined;
  return {
    ...{ verdict, score, reasonClass: reasonClass ?? 'other' },
    digest: Buffer.from(bodySha256, 'base64url').toString('hex'),
    ...{ policy: policy.name, shadow: policy.shadow },
    rules: ruleNames(findings).slice(0, MAX_RULES),
    fields: [...new Set(findings.map(({ field }) => field))],
    ...{ tenant, client, tier, route: routeName(facts.route), requestId: facts.requestId ?? '' },
  };
}
