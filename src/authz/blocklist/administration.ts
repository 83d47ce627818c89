import { NAME_PATTERN } from '../api-keys/record.ts';
import type { Audit } from '../audit.ts';
import { nameFromEither, nameOf } from '../claims/name.ts';
import { AuthzError } from '../errors.ts';
import { type BlockEntry, type BlockTarget, fieldOf, targetOf } from './entry.ts';
import { type BlocklistStore, full } from './store.ts';

export interface BlockRequest {
  target: BlockTarget;
  /** Blocks only what was issued before this; milliseconds since the epoch. */
  issuedBeforeMs?: number | undefined;
  /**
   * When the entry ends; milliseconds since the epoch. For a token: when the token itself expires. What blocks tokens is
   * kept for leewayMs longer, as long as an expired token still counts.
   */
  untilMs?: number | undefined;
}

export interface BlocklistAdministration {
  /**
   * Blocks from the next moment on, in every process. An entry for the same target is replaced.
   * @throws AuthzError invalid_block or blocklist_full; what Redis throws
   */
  block(request: BlockRequest): Promise<BlockEntry>;
  /** @returns false when there is no such entry @throws AuthzError invalid_block; what Redis throws */
  unblock(target: BlockTarget): Promise<boolean>;
  /** Entries that have not ended, oldest first. */
  list(): Promise<BlockEntry[]>;
}

export interface BlocklistAdministrationOptions {
  store: Pick<BlocklistStore, 'add' | 'has' | 'remove' | 'all'>;
  /** Called before each change. */
  audit: Audit;
  maxEntries: number;
  /** How long after its end a token of any issuer may count. */
  leewayMs: number;
  /** What issuers put before their clients' names; '' where one puts nothing. */
  clientPrefixes: readonly string[];
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Longer than any claim that is of use, and short enough for every copy. */
const MAX_VALUE_CHARACTERS = 512;

export function createBlocklistAdministration(
  options: BlocklistAdministrationOptions,
): BlocklistAdministration {
  const { store, audit, maxEntries, leewayMs, clientPrefixes, now } = options;
  return {
    async block({ target, issuedBeforeMs, untilMs }) {
      const nowMs = now();
      if (untilMs !== undefined && untilMs <= nowMs) {
        throw new AuthzError(
          'invalid_block',
          'An entry must end in the future: what has expired needs none.',
        );
      }
      const extraMs = target.kind === 'jti' || issuedBeforeMs !== undefined ? leewayMs : 0;
      const entry: BlockEntry = {
        target: checkedTarget(target, clientPrefixes),
        ...(issuedBeforeMs !== undefined && { issuedBeforeMs }),
        ...(untilMs !== undefined && { untilMs: untilMs + extraMs }),
        blockedMs: nowMs,
      };
      await audit({ action: 'block.add', target: fieldOf(entry.target), details: timesOf(entry) });
      if (!(await store.add(entry, nowMs))) throw full(maxEntries);
      return entry;
    },
    async unblock(asked) {
      const target = checkedTarget(asked, clientPrefixes);
      if (!(await store.has(target))) return false;
      await audit({ action: 'block.remove', target: fieldOf(target) });
      return store.remove(target);
    },
    async list() {
      const nowMs = now();
      const entries: BlockEntry[] = [];
      for (const [field, terms] of await store.all()) {
        const target = targetOf(field);
        const hasEnded = terms.untilMs !== undefined && terms.untilMs <= nowMs;
        if (target !== undefined && !hasEnded) entries.push({ target, ...terms });
      }
      return entries.sort((a, b) => a.blockedMs - b.blockedMs);
    },
  };
}

function timesOf({ issuedBeforeMs, untilMs }: BlockEntry): Record<string, string> {
  return {
    ...(issuedBeforeMs !== undefined && { issuedBefore: new Date(issuedBeforeMs).toISOString() }),
    ...(untilMs !== undefined && { until: new Date(untilMs).toISOString() }),
  };
}

/**
 * A fingerprint may be written as openssl prints it, in capitals with colons; a jti and a subject as the token has it, of any
 * characters, or by the name that the log has for it.
 */
function checkedTarget(target: BlockTarget, clientPrefixes: readonly string[]): BlockTarget {
  const { kind, value } = target;
  if (value === '' || value.length > MAX_VALUE_CHARACTERS) {
    throw new AuthzError('invalid_block', `What is blocked has 1 to ${MAX_VALUE_CHARACTERS} characters.`);
  }
  if (kind === 'subject' && target.tenant !== undefined && !NAME_PATTERN.test(target.tenant)) {
    throw new AuthzError('invalid_block', `${JSON.stringify(target.tenant)} cannot be a tenant's name.`);
  }
  if (kind === 'jti') return { ...target, value: nameFromEither(value) ?? value };
  if (kind === 'subject') return { ...target, value: clientOf(value, clientPrefixes) };
  if (kind !== 'fingerprint') return target;
  const fingerprint = value.replaceAll(':', '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(fingerprint)) return { kind, value: fingerprint };
  throw new AuthzError(
    'invalid_block',
    `${JSON.stringify(value)} is no SHA-256 fingerprint: 'openssl x509 -in FILE -noout -fingerprint -sha256' prints it, 64 hex digits.`,
  );
}

/** @throws AuthzError invalid_block where it is not clear which issuer's client is meant */
function clientOf(value: string, prefixes: readonly string[]): string {
  const known = nameFromEither(value);
  if (known === undefined || known === value) return value;
  const [name = known, ...others] = new Set(prefixes.map((prefix) => nameOf(value, prefix) ?? value));
  if (others.length === 0) return name;
  throw new AuthzError(
    'invalid_block',
    `Issuers with a clientPrefix have other names for ${JSON.stringify(value)}: block the one that is meant, ${[name, ...others].join(' or ')}.`,
  );
}
