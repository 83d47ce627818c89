import { hash } from 'node:crypto';
import type { RuleBook } from '../../inspect/index.ts';
import type { DenialCode, DenialReason, UnexaminedReason } from '../denial.ts';
import type { InspectionPolicy } from '../inspection/policy.ts';
import {
  findMembers,
  type JsonLimits,
  type JsonProblem,
  type MemberValue,
  WantedMembers,
} from '../strict-json/index.ts';
import { type ContentEncoding, type InflationLimits, inflateBodySync } from './content-encoding.ts';
import { ASKS_FOR_NOTHING, readFields, type SubmissionFields } from './fields.ts';
import { type InputInspection, inspectInput } from './inspection.ts';
import type { ModelInput } from './model-input.ts';

/** Deep and wide enough for any request of the API; a reader's time and stack stay bounded. */
const JSON_LIMITS: JsonLimits = { maxDepth: 64, maxMembers: 10_000 };

const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;

const MEMBERS = new WantedMembers([
  'prompt',
  'system',
  'context',
  'model',
  'max_tokens',
  'max_turns',
  'timeout_s',
  'skills',
  'output_schema',
  'files',
] as const);
type MemberName = typeof MEMBERS extends WantedMembers<infer Name> ? Name : never;
type Values = { readonly [name in Exclude<MemberName, 'prompt'>]?: unknown };

/** A submission as Envoy hands it over. */
export interface SubmittedBody {
  bytes: Uint8Array;
  /** Envoy did not hand over the whole body. */
  isPartial: boolean;
  contentType: string | undefined;
  contentEncoding: string | undefined;
  repository: string | undefined;
  branch: string | undefined;
  /** How its texts are judged; undefined: not at all. */
  inspection: InspectionPolicy | undefined;
}

export interface BodyRules {
  /** Code points. */
  maxPromptCharacters: number;
  /** The codings that are undone; any other is refused. */
  contentEncodings: readonly ContentEncoding[];
  inflation: InflationLimits;
}

/** What is in a submission, as far as anything is decided by it. Holds no text of the prompt. */
export type Examination =
  | {
      kind: 'readable';
      /** SHA-256 of the body in base64url, without its content-encoding. */
      sha256: string;
      fields: SubmissionFields;
      /** undefined where it is not inspected. */
      inspection: InputInspection | undefined;
    }
  | { kind: 'unreadable'; code: DenialCode; reason: DenialReason; detail: string }
  /** For lack of a thread; nothing is known of it. */
  | { kind: 'unexamined'; reason: UnexaminedReason };

/**
 * Examines the body of a submission: complete, in a coding that is allowed, JSON that has one meaning, and with a prompt.
 * Its texts are held against a rule book, or what ships. Pure; the time is linear in the body's length. Never gives `unexamined`.
 */
export function examineBody(body: SubmittedBody, rules: BodyRules, book?: RuleBook): Examination {
  if (body.isPartial) {
    const detail = 'The body did not reach the authorizer whole. Send a smaller one.';
    return unreadable('body_too_large', detail, 'partial_body');
  }
  const plain = undoEncoding(body, rules);
  if ('kind' in plain) return plain;
  if (plain.bytes.length === 0) return unreadable('empty_body', 'Send a JSON object with a prompt.');
  if (!isJsonType(body.contentType ?? '')) {
    return unreadable('unsupported_media_type', 'Send the body as content-type: application/json.');
  }
  const json = findMembers(plain.bytes, JSON_LIMITS, MEMBERS);
  if (!json.ok) return unreadableJson(json.problem);
  const prompt = json.members.find(({ name }) => name === 'prompt');
  if (prompt === undefined || isBlank(prompt)) {
    return unreadable('invalid_prompt', 'The body needs a prompt: a string that is not blank.');
  }
  if (isLongerThan(prompt, rules.maxPromptCharacters)) {
    const detail = `A prompt may have ${rules.maxPromptCharacters} characters at most.`;
    return unreadable('prompt_too_long', detail);
  }
  const values = json.members.length === 1 ? NO_VALUES : valuesOf(json.members);
  return {
    kind: 'readable',
    sha256: hash('sha256', plain.bytes, 'base64url'),
    fields: values === NO_VALUES ? ASKS_FOR_NOTHING : readFields(values),
    inspection: body.inspection && inspectInput(inputOf(body, prompt, values), body.inspection, book),
  };
}

function isJsonType(contentType: string): boolean {
  return contentType === 'application/json' || JSON_TYPE.test(contentType);
}

const NO_VALUES: Values = {};

/** Of all members but the prompt. */
function valuesOf(members: readonly MemberValue<MemberName>[]): Values {
  const values: { -readonly [name in keyof Values]: unknown } = {};
  for (const member of members) if (member.name !== 'prompt') values[member.name] = member.read();
  return values;
}

function inputOf({ repository, branch }: SubmittedBody, prompt: MemberValue, values: Values): ModelInput {
  const { system, context, output_schema, files } = values;
  return { prompt: prompt.read() as string, system, context, output_schema, files, repository, branch };
}

function undoEncoding(
  { bytes, contentEncoding }: SubmittedBody,
  { contentEncodings, inflation }: BodyRules,
): { bytes: Uint8Array } | Examination {
  const name = contentEncoding?.toLowerCase();
  if (name === undefined || name === 'identity') return { bytes };
  const encoding = contentEncodings.find((candidate) => candidate === name);
  if (encoding === undefined) {
    const others = contentEncodings.length === 0 ? '' : `, or with ${contentEncodings.join(', ')}`;
    return unreadable('unsupported_encoding', `Send the body without content-encoding${others}.`);
  }
  const inflated = inflateBodySync(bytes, encoding, inflation);
  if (inflated.ok) return inflated;
  if (inflated.problem === 'damaged') {
    return unreadable(
      'invalid_encoding',
      `The body is not ${encoding}, or not all of it.`,
      'damaged_encoding',
    );
  }
  const { maxBytes, maxRatio } = inflation;
  const detail = `A body may have ${maxBytes} bytes at most once its content-encoding is undone, and ${maxRatio} times what was sent.`;
  return unreadable('body_too_large', detail, 'inflates_too_much');
}

function unreadable(code: DenialCode, detail: string, reason: DenialReason = code): Examination {
  return { kind: 'unreadable', code, reason, detail };
}

function unreadableJson({ code, detail }: JsonProblem): Examination {
  return code === 'too_many_members' ? unreadable('body_too_large', detail, code) : unreadable(code, detail);
}

/** What is no string, too. Made a text only where its beginning does not tell. */
function isBlank(prompt: MemberValue): boolean {
  if (!prompt.isString) return true;
  return !prompt.beginsVisibly && (prompt.read() as string).trim() === '';
}

/** Counts code points, as JSON Schema's maxLength does, and only where the count is in doubt. */
function isLongerThan(prompt: MemberValue, maxCharacters: number): boolean {
  if (prompt.mostCharacters <= maxCharacters) return false;
  const text = prompt.read() as string;
  if (text.length <= maxCharacters) return false;
  if (text.length > 2 * maxCharacters) return true;
  let characters = 0;
  for (const _ of text) characters += 1;
  return characters > maxCharacters;
}
