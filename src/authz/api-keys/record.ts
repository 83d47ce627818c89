import { createHmac } from 'node:crypto';
import { z } from 'zod';

/** Client and tenant names: safe in logs, headers, metrics and rate-limit descriptors. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** What the store keeps of an API key: nothing from which the key could be had. */
export interface ApiKeyRecord {
  /** The key's public name. */
  id: string;
  client: string;
  tenant: string;
  tier: string;
  /** ISO 8601, UTC. */
  createdAt: string;
  /** ISO 8601, UTC; absent when the key does not expire. */
  expiresAt?: string;
}

const recordSchema = z.object({
  id: z.string().min(1),
  client: z.string().regex(NAME_PATTERN),
  tenant: z.string().regex(NAME_PATTERN),
  tier: z.string().min(1),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional(),
});

/** From the store's hash to a record; undefined when it is not one. */
export function parseRecord(fields: Record<string, string>): ApiKeyRecord | undefined {
  const parsed = recordSchema.safeParse(fields).data;
  if (parsed === undefined) return undefined;
  const { expiresAt, ...record } = parsed;
  return expiresAt === undefined ? record : { ...record, expiresAt };
}

/** Whether a key no longer counts at a time in milliseconds since the epoch. */
export function isExpired(record: ApiKeyRecord, nowMs: number): boolean {
  return record.expiresAt !== undefined && nowMs >= Date.parse(record.expiresAt);
}

/**
 * The name under which a key's record is kept: HMAC-SHA-256, so that a stolen store lets nobody test guesses
 * without the hash key as well.
 */
export function hashApiKey(hashKey: Uint8Array, apiKey: string): string {
  return createHmac('sha256', hashKey).update(apiKey).digest('hex');
}
