import {
  describeLimit,
  type ExplainedLimit,
  type LimitAdministration,
  LimitsError,
  RulesError,
} from '../../ratelimit/index.ts';
import type { ClientLimit } from '../contract.ts';

/** Whose limits. */
export interface ClientName {
  tenant: string;
  client: string;
  tier: string;
}

/** The domain, and what Envoy asks of it for each request of a client: see envoy/envoy.yaml. */
const DOMAIN = 'gatehouse';
const ASKED = [
  { kind: ['calls', 'submit'], shared: false },
  { kind: ['calls', 'read'], shared: false },
  { kind: ['streams', 'open'], shared: false },
  { kind: ['calls', 'all'], shared: true },
  { kind: ['budget', 'tokens'], shared: true },
] as const;

/** The limits that hold for a client, and what is used of them; or why they cannot be told. */
export async function clientLimits(
  limits: Pick<LimitAdministration, 'peek'>,
  name: ClientName,
): Promise<{ limits: ClientLimit[]; problem: string | null }> {
  try {
    const found = await Promise.all(ASKED.map((asked) => limitsOf(limits, name, asked)));
    const all = found.flat();
    const none = `No limit of the domain ${DOMAIN} is for this client: the rules are for other descriptors.`;
    return { limits: all, problem: all.length === 0 ? none : null };
  } catch (error) {
    if (error instanceof RulesError || error instanceof LimitsError)
      return { limits: [], problem: error.message };
    throw error;
  }
}

async function limitsOf(
  limits: Pick<LimitAdministration, 'peek'>,
  { tenant, client, tier }: ClientName,
  { kind: [key, value], shared }: (typeof ASKED)[number],
): Promise<ClientLimit[]> {
  const owner = shared ? { tenant } : { tenant, client };
  const entries = Object.entries({ [key]: value, tier, ...owner }).map(([name, text]) => ({
    key: name,
    value: text,
  }));
  const met = await limits.peek({ domain: DOMAIN, entries }).catch(noLimit);
  return met.map((explained) => clientLimit(explained, owner, shared));
}

/** A tier may have none of a kind. */
function noLimit(error: unknown): readonly ExplainedLimit[] {
  if (error instanceof LimitsError && (error.code === 'unknown_limit' || error.code === 'unknown_domain'))
    return [];
  throw error;
}

function clientLimit(
  { limit, override, state }: ExplainedLimit,
  entries: Record<string, string>,
  shared: boolean,
): ClientLimit {
  return {
    target: { domain: DOMAIN, limit: limit.name, entries },
    shared,
    description: describeLimit(limit),
    requests: override?.requests ?? limit.requests,
    used: state?.used ?? null,
    remaining: state?.remaining ?? null,
    resetMs: state?.resetMs ?? null,
    override: override === undefined ? null : overrideOf(override),
  };
}

function overrideOf({
  id,
  requests,
  setBy,
  expiresAt,
}: NonNullable<ExplainedLimit['override']>): NonNullable<ClientLimit['override']> {
  return { id, requests, setBy, ...(expiresAt !== undefined && { expiresAt }) };
}
