/**
 * What a submission asks for besides its prompt. undefined: not there. null: there, but not of the type that it must
 * have; the api says so, unless a limit has to be held against it.
 */
export interface SubmissionFields {
  model: string | null | undefined;
  maxTokens: number | null | undefined;
  maxTurns: number | null | undefined;
  timeoutS: number | null | undefined;
  skills: readonly string[] | null | undefined;
}

/**
 * Names and aliases of models, such as `sonnet[1m]`: safe in logs and rate-limit descriptors. They begin with a letter
 * or digit, so that they can never be read as an option of a command.
 */
export const MODEL_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:@/[\]-]{0,127}$/;

/** More skills than a request can use. */
const MAX_SKILLS = 100;

/** Of a submission that has nothing but a prompt, as most. */
export const ASKS_FOR_NOTHING: SubmissionFields = {
  ...{ model: undefined, maxTokens: undefined, maxTurns: undefined, timeoutS: undefined, skills: undefined },
};

/** Picks the fields that limits are held against from the members of a body. */
export function readFields(values: {
  model?: unknown;
  max_tokens?: unknown;
  max_turns?: unknown;
  timeout_s?: unknown;
  skills?: unknown;
}): SubmissionFields {
  return {
    model: textOf(values.model),
    maxTokens: numberOf(values.max_tokens),
    maxTurns: numberOf(values.max_turns),
    timeoutS: numberOf(values.timeout_s),
    skills: textsOf(values.skills),
  };
}

function textOf(value: unknown): string | null | undefined {
  return value === undefined || typeof value === 'string' ? value : null;
}

function numberOf(value: unknown): number | null | undefined {
  return value === undefined || typeof value === 'number' ? value : null;
}

function textsOf(value: unknown): readonly string[] | null | undefined {
  if (value === undefined) return undefined;
  const areTexts =
    Array.isArray(value) && value.length <= MAX_SKILLS && value.every((item) => typeof item === 'string');
  return areTexts ? value : null;
}
