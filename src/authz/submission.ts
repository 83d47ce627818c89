import { inspect, type Verdict } from '../inspect/index.ts';
import type { RequestFacts } from './check-request.ts';
import type { Denial, DenialCode } from './denial.ts';
import { type JsonLimits, type JsonProblem, readStrictJson } from './strict-json/index.ts';

/** Deep and wide enough for any request of the API; a reader's time and stack stay bounded. */
const JSON_LIMITS: JsonLimits = { maxDepth: 64, maxMembers: 10_000 };

const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;
/**
 * Names and aliases of models, such as `sonnet[1m]`: safe in logs and rate-limit descriptors. They begin with a letter
 * or digit, so that they can never be read as an option of a command.
 */
export const MODEL_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:@/[\]-]{0,127}$/;

/** What the checks of a submitted body found. */
export type Submission =
  | { kind: 'accepted'; verdict: Verdict; model: string | undefined }
  | { kind: 'denied'; verdict: Verdict | undefined; denial: Denial };

/**
 * Checks the body of a submission: complete, plain, JSON that has one meaning, and a prompt that may be run.
 * Pure; the time is linear in the body's length.
 * @param maxPromptCharacters counted in code points
 */
export function checkSubmission(
  { header, body, isPartial }: Pick<RequestFacts, 'header' | 'body' | 'isPartial'>,
  maxPromptCharacters: number,
): Submission {
  if (isPartial) {
    return denied(
      'body_too_large',
      'The body did not reach the authorizer whole. Send a smaller one.',
      'partial_body',
    );
  }
  const encoding = header('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    return denied('unsupported_encoding', 'Send the body without content-encoding.');
  }
  if (body.length === 0) return denied('empty_body', 'Send a JSON object with a prompt.');
  if (!JSON_TYPE.test(header('content-type') ?? '')) {
    return denied('unsupported_media_type', 'Send the body as content-type: application/json.');
  }
  const json = readStrictJson(body, JSON_LIMITS, ['prompt', 'model']);
  if (!json.ok) return deniedJson(json.problem);
  const { prompt, model } = json.values;
  if (typeof prompt !== 'string' || prompt.trim() === '') {
    return denied('invalid_prompt', 'The body needs a prompt: a string that is not blank.');
  }
  if (isLongerThan(prompt, maxPromptCharacters)) {
    return denied('prompt_too_long', `A prompt may have ${maxPromptCharacters} characters at most.`);
  }
  const { decision: verdict, reasons } = inspect(prompt);
  if (verdict === 'reject') {
    return {
      kind: 'denied',
      verdict,
      denial: {
        code: 'disallowed_content',
        reason: 'disallowed_content',
        detail: 'The prompt looks like an attempt to change the instructions of the model. Rephrase it.',
        rules: reasons.map(({ rule }) => rule),
      },
    };
  }
  return {
    kind: 'accepted',
    verdict,
    model: typeof model === 'string' && MODEL_NAME_PATTERN.test(model) ? model : undefined,
  };
}

function denied(code: DenialCode, detail: string, reason: Denial['reason'] = code): Submission {
  return { kind: 'denied', verdict: undefined, denial: { code, reason, detail } };
}

function deniedJson({ code, detail }: JsonProblem): Submission {
  return code === 'too_many_members' ? denied('body_too_large', detail, code) : denied(code, detail);
}

/** Counts code points, as JSON Schema's maxLength does, and only where the count is in doubt. */
function isLongerThan(text: string, maxCharacters: number): boolean {
  if (text.length <= maxCharacters) return false;
  if (text.length > 2 * maxCharacters) return true;
  let characters = 0;
  for (const _ of text) characters += 1;
  return characters > maxCharacters;
}
