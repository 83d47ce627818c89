import { Ajv, type AnySchema } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';

/** Of a schema as JSON. It is part of every request to the model. */
const MAX_BYTES = 16 * 1024;
const MAX_DEPTH = 20;
/** Problems that are told of one schema. */
const MAX_PROBLEMS = 3;

const DRAFT_2020_12 = /^https:\/\/json-schema[.]org\/draft\/2020-12\/schema#?$/;
const DRAFT_7 = /^https?:\/\/json-schema[.]org\/draft-07\/schema#?$/;

// Only the drafts' own schemas are ever compiled: a caller's is data that they check.
const draft7 = new Ajv({ strict: false, allErrors: false });
const draft2020 = new Ajv2020({ strict: false, allErrors: false });

/** A JSON Schema that a model's answer is to meet: of an object, by draft 7 or 2020-12, with references into itself only. */
export function outputSchemaSchema() {
  return z.record(z.string(), z.unknown()).superRefine((schema, context) => {
    for (const message of problemsOf(schema)) context.addIssue({ code: 'custom', message });
  });
}

function problemsOf(schema: Record<string, unknown>): string[] {
  if (Buffer.byteLength(JSON.stringify(schema)) > MAX_BYTES)
    return [`expected at most ${MAX_BYTES / 1024} KiB as JSON`];
  if (depthOf(schema) > MAX_DEPTH) return [`expected at most ${MAX_DEPTH} levels`];
  if (schema.type !== 'object') return ['expected "type": "object" at its top'];
  const members = membersOf(schema);
  const references = members.filter(({ key }) => key === '$ref' || key === '$dynamicRef');
  if (references.some(({ value }) => typeof value === 'string' && !value.startsWith('#')))
    return ['expected each $ref to begin with #'];
  // Within a part that has an $id of its own, pointers begin at that part.
  const hasOneRoot = members.every(({ at, key }) => key !== '$id' || at === '/$id');
  const unresolved = references.find(
    ({ value }) => hasOneRoot && typeof value === 'string' && !isIn(schema, value),
  );
  if (unresolved !== undefined)
    return [`expected JSON Schema: ${unresolved.at} must lead to something that is there`];
  const misspelt = members.find(({ key, value }) => !patternsOf(key, value).every(isRegExp));
  if (misspelt !== undefined)
    return [`expected JSON Schema: ${misspelt.at} must be what ECMA-262 calls a pattern, for the flag u`];
  const { $schema: draft = 'https://json-schema.org/draft/2020-12/schema' } = schema;
  const validator = DRAFT_2020_12.test(String(draft))
    ? draft2020
    : DRAFT_7.test(String(draft))
      ? draft7
      : undefined;
  if (validator === undefined) return ['expected $schema to be draft-07 or 2020-12'];
  if (validator.validateSchema(schema as AnySchema) === true) return [];
  return (validator.errors ?? [])
    .slice(0, MAX_PROBLEMS)
    .map(
      ({ instancePath, message }) =>
        `expected JSON Schema: ${instancePath === '' ? 'it' : instancePath} ${message}`,
    );
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

interface Member {
  /** Where it is, as JSON pointer. */
  at: string;
  key: string;
  value: unknown;
}

function membersOf(value: unknown, at = ''): Member[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    const place = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return [{ at: place, key, value: below }, ...membersOf(below, place)];
  });
}

function patternsOf(key: string, value: unknown): string[] {
  if (key === 'pattern' && typeof value === 'string') return [value];
  const hasPatterns = key === 'patternProperties' && typeof value === 'object' && value !== null;
  return hasPatterns ? Object.keys(value) : [];
}

/** Whether a reference that is a JSON pointer (RFC 6901, section 6) leads to something; anchors are left to the run. */
function isIn(schema: Record<string, unknown>, reference: string): boolean {
  if (!reference.startsWith('#/')) return true;
  let place: unknown = schema;
  for (const part of reference.slice(2).split('/')) {
    const key = unescaped(part);
    if (typeof place !== 'object' || place === null || key === undefined || !Object.hasOwn(place, key)) {
      return false;
    }
    place = (place as Record<string, unknown>)[key];
  }
  return true;
}

function unescaped(part: string): string | undefined {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return undefined;
  }
}

/** Whether the CLI, which reads patterns as ECMA-262's with the flag u, can read this one. */
function isRegExp(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
