import { parseDurationMs } from '../../config/index.ts';
import type { TokenUsage } from '../usage.ts';

/** One thing that a prompt tells the stand-in model to do. docs/stand-in.md is the reference. */
export type Directive =
  | { verb: 'say'; text: string }
  | { verb: 'tool'; name: string; input: Record<string, unknown> }
  | { verb: 'write'; path: string; content: string }
  | { verb: 'delay'; ms: number }
  | { verb: 'error'; status: ErrorStatus; once: boolean; retryAfterS?: number }
  | { verb: 'model' }
  | { verb: 'pace'; ms: number }
  | { verb: 'usage'; usage: Partial<TokenUsage> }
  | { verb: 'stop'; reason: StopReason; once: boolean }
  | { verb: 'silence'; once: boolean }
  | { verb: 'stall'; once: boolean }
  | { verb: 'cut'; once: boolean };

/** Anthropic's error types by status: https://docs.claude.com/en/api/errors */
export const ERROR_TYPES = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
} as const;
export type ErrorStatus = keyof typeof ERROR_TYPES;

/** Why a model stops: https://docs.claude.com/en/api/messages */
const STOP_REASONS = [
  'end_turn',
  'max_tokens',
  'stop_sequence',
  'pause_turn',
  'refusal',
  'model_context_window_exceeded',
] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** What a prompt asks for: its directives in order, or what is wrong with them. */
export type Script = { directives: Directive[] } | { mistakes: string[] };

/** Longer than any deadline that is worth testing, and far below what a timer can hold. */
const MAX_DELAY_MS = 600_000;

const LINE = /^[ \t]*stand-in:[ \t]*(\S*)(.*)$/gim;

/** Reads every line that starts with `stand-in:`; all other text is left alone. */
export function parseScript(text: string): Script {
  const directives: Directive[] = [];
  const mistakes: string[] = [];
  for (const [line, verb = '', rest = ''] of text.matchAll(LINE)) {
    const read = READERS.get(verb.toLowerCase());
    const result = read === undefined ? `expected one of ${VERBS}` : read(rest.trim());
    if (typeof result === 'string') mistakes.push(`${line.trim()}: ${result}`);
    else directives.push(result);
  }
  return mistakes.length > 0 ? { mistakes } : { directives };
}

/** From what follows the verb to a directive, or to what was expected. */
type Reader = (rest: string) => Directive | string;

function readSay(text: string): Directive | string {
  return text === '' ? 'expected: say TEXT' : { verb: 'say', text };
}

function readWrite(rest: string): Directive | string {
  const [, path, content] = /^(\S+)[ \t]+(.+)$/.exec(rest) ?? [];
  if (path === undefined || content === undefined) return 'expected: write PATH TEXT';
  return { verb: 'write', path, content };
}

function readBash(command: string): Directive | string {
  if (command === '') return 'expected: bash COMMAND';
  return { verb: 'tool', name: 'Bash', input: { command, description: 'Run what the prompt asks for' } };
}

function readTool(rest: string): Directive | string {
  const [, name, json] = /^(\S+)[ \t]+(\{.*\})$/.exec(rest) ?? [];
  const input = json === undefined ? undefined : parseObject(json);
  if (name === undefined || input === undefined) return 'expected: tool NAME {JSON}';
  return { verb: 'tool', name, input };
}

function readTime(verb: 'delay' | 'pace'): Reader {
  return (rest) => {
    const ms = parseDurationMs(rest);
    if (ms === undefined || ms > MAX_DELAY_MS) {
      return `expected: ${verb} DURATION, such as 500ms or 2s, at most 10m`;
    }
    return { verb, ms };
  };
}

function readModel(rest: string): Directive | string {
  return rest === '' ? { verb: 'model' } : 'expected: model';
}

const USAGE_NAMES = new Map<string, keyof TokenUsage>([
  ['input', 'input_tokens'],
  ['output', 'output_tokens'],
  ['cache-read', 'cache_read_input_tokens'],
  ['cache-write', 'cache_creation_input_tokens'],
]);

function readUsage(rest: string): Directive | string {
  const usage: Partial<TokenUsage> = {};
  for (const part of rest.split(/[ \t]+/)) {
    const [, name, tokens] = /^([a-z-]+)=(\d{1,9})$/.exec(part) ?? [];
    const known = USAGE_NAMES.get(name ?? '');
    if (known === undefined)
      return `expected: usage NAME=TOKENS ..., NAME one of ${[...USAGE_NAMES.keys()].join(', ')}`;
    usage[known] = Number(tokens);
  }
  return { verb: 'usage', usage };
}

function readStop(rest: string): Directive | string {
  const [, reason, once] = /^(\S+?)(?:\s+(once))?$/i.exec(rest) ?? [];
  const known = STOP_REASONS.find((each) => each === reason);
  if (known === undefined) return `expected: stop REASON [once], REASON one of ${STOP_REASONS.join(', ')}`;
  return { verb: 'stop', reason: known, once: once !== undefined };
}

function readError(rest: string): Directive | string {
  const [, status, once, retryAfter] =
    /^(\d{3})(?:\s+(once))?(?:\s+retry-after\s+(\d{1,5}))?$/i.exec(rest) ?? [];
  if (status === undefined || !(status in ERROR_TYPES)) {
    return `expected: error STATUS [once] [retry-after SECONDS], STATUS one of ${Object.keys(ERROR_TYPES).join(', ')}`;
  }
  return {
    verb: 'error',
    status: Number(status) as ErrorStatus,
    once: once !== undefined,
    ...(retryAfter === undefined ? {} : { retryAfterS: Number(retryAfter) }),
  };
}

function readFault(verb: 'silence' | 'stall' | 'cut'): Reader {
  return (rest) => (/^(once)?$/i.test(rest) ? { verb, once: rest !== '' } : `expected: ${verb} [once]`);
}

const READERS = new Map<string, Reader>([
  ['say', readSay],
  ['write', readWrite],
  ['bash', readBash],
  ['tool', readTool],
  ['model', readModel],
  ['delay', readTime('delay')],
  ['pace', readTime('pace')],
  ['usage', readUsage],
  ['stop', readStop],
  ['error', readError],
  ['silence', readFault('silence')],
  ['stall', readFault('stall')],
  ['cut', readFault('cut')],
]);
const VERBS = [...READERS.keys()].join(', ');

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
