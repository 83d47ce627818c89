import { z } from 'zod';
import type { AuthMethod, Principal } from '../credentials/principal.ts';

/** What is blocked. */
export type BlockTarget =
  /** One token, by its `jti` claim (RFC 7519, section 4.1.7). */
  | { kind: 'jti'; value: string }
  /** One API key, by its id. */
  | { kind: 'key_id'; value: string }
  /** One client certificate, by the SHA-256 of its DER form in lower-case hex. */
  | { kind: 'fingerprint'; value: string }
  /** Every credential of a client, whatever the method; of every tenant, where none is given. */
  | { kind: 'subject'; value: string; tenant?: string };

export interface BlockEntry {
  target: BlockTarget;
  /** Blocks only what was issued before this; milliseconds since the epoch. Absent: whenever it was issued. */
  issuedBeforeMs?: number;
  /** When the entry ends; milliseconds since the epoch. Absent: it stays until it is taken away. */
  untilMs?: number;
  /** When it was made; milliseconds since the epoch. */
  blockedMs: number;
}

/** No tenant has this name. */
const ANY_TENANT = '*';

const KIND_OF_METHOD: Record<AuthMethod, Exclude<BlockTarget['kind'], 'subject'> | undefined> = {
  api_key: 'key_id',
  jwt: 'jti',
  oauth: 'jti',
  oidc: 'jti',
  mtls: 'fingerprint',
  anonymous: undefined,
};

/** A target's name in the store. No two targets have the same: a tenant's name has no slash. */
export function fieldOf(target: BlockTarget): string {
  const { kind, value } = target;
  return kind === 'subject' ? subjectField(target.tenant ?? ANY_TENANT, value) : `${kind}:${value}`;
}

function subjectField(tenant: string, client: string): string {
  return `subject:${tenant}/${client}`;
}

/** The names of all targets that a caller falls under. */
export function fieldsOf({ authMethod, keyId, client, tenant }: Principal): string[] {
  const kind = KIND_OF_METHOD[authMethod];
  return [
    ...(kind === undefined ? [] : [`${kind}:${keyId}`]),
    subjectField(tenant, client),
    subjectField(ANY_TENANT, client),
  ];
}

export function targetOf(field: string): BlockTarget | undefined {
  const colon = field.indexOf(':');
  const [kind, value] = [field.slice(0, colon), field.slice(colon + 1)];
  if (kind === 'jti' || kind === 'key_id' || kind === 'fingerprint') return { kind, value };
  const slash = value.indexOf('/');
  if (kind !== 'subject' || slash < 0) return undefined;
  const [tenant, client] = [value.slice(0, slash), value.slice(slash + 1)];
  return { kind, value: client, ...(tenant !== ANY_TENANT && { tenant }) };
}

/** What an entry says of the credentials that fall under it. */
export type BlockTerms = Omit<BlockEntry, 'target'>;

/**
 * Whether an entry blocks a credential that falls under it. One that does not say when it was issued counts as issued
 * before any time.
 */
export function isInForce(
  { issuedBeforeMs, untilMs }: BlockTerms,
  { issuedAtMs }: Principal,
  nowMs: number,
): boolean {
  if (untilMs !== undefined && nowMs >= untilMs) return false;
  return issuedBeforeMs === undefined || issuedAtMs === undefined || issuedAtMs < issuedBeforeMs;
}

const termsSchema = z.strictObject({
  issuedBeforeMs: z.int().exactOptional(),
  untilMs: z.int().exactOptional(),
  blockedMs: z.int(),
});

/** From what the store keeps of an entry; undefined when it is not one. */
export function parseTerms(text: string): BlockTerms | undefined {
  try {
    return termsSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
