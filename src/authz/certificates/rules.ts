import { type Config, fillNames, type PatternSegment, parseNamePattern } from '../../config/index.ts';
import { NAME_PATTERN } from '../api-keys/record.ts';
import type { Permissions } from '../credentials/principal.ts';
import type { ClientCertificate } from './client-certificate.ts';
import { matchPattern } from './match.ts';

export type CertificateRule = NonNullable<Config['identity']['mtls']>['rules'][number];

/** Who a certificate is. */
export interface CertificateIdentity {
  client: string;
  tenant: string;
  tier: string;
  roles: readonly string[];
  permissions: Permissions;
}

/** @returns who the certificate is by the first rule that fits; undefined when none does */
export type IdentifyCertificate = (certificate: ClientCertificate) => CertificateIdentity | undefined;

type Captures = ReadonlyMap<string, string>;
type Matcher = (certificate: ClientCertificate) => Captures | undefined;

/** @param rules of the configuration, which has checked their patterns */
export function compileCertificateRules(rules: readonly CertificateRule[]): IdentifyCertificate {
  const compiled = rules.map((rule) => ({ rule, match: matcherOf(rule) }));
  return (certificate) => {
    for (const { rule, match } of compiled) {
      const captures = match(certificate);
      const identity = captures && identityOf(rule, captures);
      if (identity !== undefined) return identity;
    }
    return undefined;
  };
}

function matcherOf({ spiffe, dns, subject }: CertificateRule): Matcher {
  if (spiffe !== undefined) {
    const pattern = compile(spiffe, '/');
    return ({ spiffeId }) => (spiffeId === undefined ? undefined : matchPattern(pattern, spiffeId, '/'));
  }
  if (dns !== undefined) {
    const pattern = compile(dns.toLowerCase(), '.');
    // The authority vouched for each name, so the first one that fits will do.
    return ({ dnsNames }) => firstOf(dnsNames, (name) => matchPattern(pattern, name, '.'));
  }
  const attributes = Object.entries(subject ?? {}).map(([name, text]) => ({ name, pattern: compile(text) }));
  return (certificate) => {
    const all = new Map<string, string>();
    for (const { name, pattern } of attributes) {
      const [value, second] = certificate.subject.get(name) ?? [];
      const captures = value === undefined || second !== undefined ? undefined : matchPattern(pattern, value);
      if (captures === undefined) return undefined;
      for (const [capture, text] of captures) all.set(capture, text);
    }
    return all;
  };
}

function compile(text: string, separator?: string): PatternSegment[] {
  const pattern = parseNamePattern(text, separator);
  if (pattern === undefined) throw new Error(`identity.mtls.rules has a pattern that is none: ${text}`);
  return pattern;
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A name that cannot be a client's or tenant's fits no rule. */
function identityOf(rule: CertificateRule, captures: Captures): CertificateIdentity | undefined {
  const client = fillNames(rule.client, captures);
  const tenant = fillNames(rule.tenant, captures);
  if (!NAME_PATTERN.test(client) || !NAME_PATTERN.test(tenant)) return undefined;
  const { roles, permissions } = rule;
  return { client, tenant, tier: fillNames(rule.tier, captures), roles, permissions };
}
