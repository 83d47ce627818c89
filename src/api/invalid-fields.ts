import { z } from 'zod';
import type { FieldError } from '../http/index.ts';
import { nearestWord } from '../spelling/index.ts';

/** Longer names are shown cut: they are the caller's own and may be as long as the body. */
const MAX_SHOWN_CHARACTERS = 64;
const MAX_ERRORS = 20;

/** From what zod found wrong to what a caller can read, one entry a field. */
export function fieldErrors(error: z.ZodError, schema: z.ZodType): FieldError[] {
  return error.issues.flatMap((issue) => explain(issue, schema)).slice(0, MAX_ERRORS);
}

/** One sentence for all of them. */
export function summary(errors: readonly FieldError[]): string {
  return errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
}

function explain(issue: z.core.$ZodIssue, schema: z.ZodType): FieldError[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const nearest = nearestWord(key, fieldsAt(schema, issue.path));
      const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
      const name = key.slice(0, MAX_SHOWN_CHARACTERS);
      return { path: path === '' ? name : `${path}.${name}`, message: `unknown field${hint}` };
    });
  }
  return [{ path: path.slice(0, MAX_SHOWN_CHARACTERS), message: expectation(issue) }];
}

const TYPE_NAMES: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'an array',
};

/** A schema's own words win; they begin with `expected`. */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith('expected')) return issue.message;
  const unit = 'origin' in issue && issue.origin === 'string' ? ' characters' : '';
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return `expected at least ${issue.minimum}${unit}`;
    case 'too_big':
      return `expected at most ${issue.maximum}${unit}`;
    default:
      return issue.message;
  }
}

function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema;
  for (const key of path) at = at instanceof z.ZodObject ? unwrap(at.shape[String(key)]) : undefined;
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? schema.unwrap() : schema;
}
