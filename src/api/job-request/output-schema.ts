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
  if (refersElsewhere(schema)) return ['expected each $ref to begin with #'];
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

function refersElsewhere(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, below]) =>
      (['$ref', '$dynamicRef'].includes(key) && typeof below === 'string' && !below.startsWith('#')) ||
      refersElsewhere(below),
  );
}
