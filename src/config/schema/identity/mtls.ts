import { z } from 'zod';
import { namesOf, type PatternSegment, parseNamePattern, referencesOf } from '../../name-pattern.ts';
import { filePath } from '../../units.ts';
import { permissionsSchema } from './permissions.ts';

const spiffe = z
  .string()
  .refine((text) => /^spiffe:\/\/[^/]+\/./.test(text) && parseNamePattern(text, '/') !== undefined, {
    error:
      'expected a SPIFFE ID with a path, such as spiffe://example.org/ns/{tenant}/sa/{client}, and one {name} or * at most between two slashes',
  })
  .describe('pattern for the SPIFFE ID in its URI name; a placeholder stands for one part between slashes');

const dns = z
  .string()
  .refine((text) => /^[a-z0-9_{]/i.test(text) && parseNamePattern(text, '.') !== undefined, {
    error:
      'expected a DNS name, such as {client}.services.example.org, and one {name} or * at most between two dots',
  })
  .describe('pattern for one of its DNS names; a placeholder stands for one label');

const subject = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9.]*$/, 'expected the short name of an attribute, such as CN, O or OU'),
    z
      .string()
      .refine((text) => text !== '' && parseNamePattern(text) !== undefined, {
        error: 'expected text with one {name} or * at most',
      })
      .describe("pattern for the attribute's whole value"),
  )
  .refine((attributes) => Object.keys(attributes).length > 0, {
    error: 'expected at least one attribute, such as CN',
  })
  .describe('patterns for attributes of its subject, such as CN; it must have each of them exactly once');

const ruleSchema = z
  .strictObject({
    spiffe: spiffe.optional(),
    dns: dns.optional(),
    subject: subject.optional(),
    client: z.string().min(1).describe('who calls; may refer to `{name}` of the pattern'),
    tenant: z.string().min(1).default('default').describe('the tenant; may refer to `{name}`'),
    tier: z.string().min(1).default('free').describe('the set of limits; may refer to `{name}`'),
    roles: z.array(z.string().min(1)).default([]).describe('the roles that it has'),
    permissions: permissionsSchema,
  })
  .superRefine((rule, context) => {
    const { spiffe, dns, subject } = rule;
    if ([spiffe, dns, subject].filter((pattern) => pattern !== undefined).length !== 1) {
      context.addIssue({ code: 'custom', message: 'expected exactly one of spiffe, dns and subject' });
      return;
    }
    const names = [
      ...captured(spiffe, '/'),
      ...captured(dns, '.'),
      ...Object.values(subject ?? {}).flatMap((text) => captured(text)),
    ];
    if (new Set(names).size < names.length) {
      context.addIssue({ code: 'custom', path: ['subject'], message: 'expected each {name} once only' });
    }
    for (const key of ['client', 'tenant', 'tier'] as const) {
      if (referencesOf(rule[key]).every((name) => names.includes(name))) continue;
      const known = names.map((name) => `{${name}}`).join(', ') || 'it has none';
      context.addIssue({
        code: 'custom',
        path: [key],
        message: `expected no other references than those of the rule's pattern (${known})`,
      });
    }
  });

function captured(text: string | undefined, separator?: string): string[] {
  const segments: PatternSegment[] | undefined =
    text === undefined ? undefined : parseNamePattern(text, separator);
  return namesOf(segments ?? []);
}

export const mtlsSchema = z
  .strictObject({
    caFile: filePath().describe('PEM with the authorities whose client certificates count'),
    crlFile: filePath()
      .optional()
      .describe('PEM with a revocation list of every authority of caFile; a certificate on one is refused'),
    required: z
      .boolean()
      .default(false)
      .describe('whether the TLS listener refuses connections without a client certificate'),
    besideToken: z
      .enum(['refuse', 'ignore'])
      .default('refuse')
      .describe(
        'a certificate in a request that has a token or login as well: refuse the request, or let the token say who calls',
      ),
    rules: z
      .array(ruleSchema)
      .default([])
      .describe('who a certificate is; the first rule that fits counts, and without one it is refused'),
  })
  .optional()
  .describe('client certificates, which Envoy verifies; without it Envoy asks for none');
