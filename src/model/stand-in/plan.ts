import { posix } from 'node:path';
import type { TokenUsage } from '../usage.ts';
import type { Conversation, ToolCall } from './conversation.ts';
import { type Directive, ERROR_TYPES, type ErrorStatus, parseScript, type StopReason } from './directive.ts';

/** One step of an answer, in the order in which it happens. */
export type Step =
  | { kind: 'text'; text: string }
  | { kind: 'call'; name: string; input: Record<string, unknown> }
  | { kind: 'wait'; ms: number }
  /** How long it takes from one word to the next, from now on. */
  | { kind: 'pace'; ms: number }
  /** What the answer says that it used. */
  | { kind: 'usage'; usage: Partial<TokenUsage> }
  /** The answer is over, for this reason. */
  | { kind: 'stop'; reason: StopReason }
  /** Silence before anything else, until the client leaves. */
  | { kind: 'silence' }
  /** Silence until the client leaves. */
  | { kind: 'stall' }
  /** The connection breaks. */
  | { kind: 'cut' }
  | { kind: 'fail'; status: ErrorStatus; type: string; message: string; retryAfterS?: number };

export interface Plan {
  steps: Step[];
  /** `once` directives that have had their turn, for the next request with this prompt. */
  spent: ReadonlySet<number>;
}

/** Where the sandbox puts the CLI; counts only when the CLI does not say where it works. */
const SANDBOX_CWD = '/work';
const MAX_REPORT_CHARACTERS = 2_000;

/**
 * Plans the answer to a request. The conversation itself tells how far its script is: every tool call ends an answer,
 * and the next request goes on after it.
 * @param spent positions of the prompt's `once` directives that have had their turn
 */
export function planAnswer(conversation: Conversation, spent: ReadonlySet<number>): Plan {
  const script = parseScript(conversation.prompt);
  if ('mistakes' in script) return { steps: [text(mistakes(script.mistakes))], spent };
  const turn = turnOf(script.directives, conversation);
  const steps: Step[] = [];
  for (const [position, directive] of turn) {
    if ('once' in directive && directive.once && spent.has(position)) continue;
    const step = stepFor(directive, conversation);
    steps.push(step);
    if (LAST_STEPS.has(step.kind)) {
      return { steps, spent: 'once' in directive && directive.once ? new Set([...spent, position]) : spent };
    }
  }
  if (!steps.some(({ kind }) => kind === 'text' || kind === 'call')) steps.push(text(closing(conversation)));
  const positions = new Set(turn.map(([position]) => position));
  return { steps, spent: new Set([...spent].filter((position) => !positions.has(position))) };
}

/** Nothing follows them in an answer. */
const LAST_STEPS: ReadonlySet<Step['kind']> = new Set(['silence', 'stall', 'cut', 'fail', 'stop']);

/** The part of the script that this answer is about: up to and with the first call that has not been made yet. */
function turnOf(directives: Directive[], { calls, tools }: Conversation): [number, Directive][] {
  const turn: [number, Directive][] = [];
  let made = 0;
  for (const [position, directive] of directives.entries()) {
    const isCall = tools.has(toolOf(directive) ?? '');
    if (made === calls.length) turn.push([position, directive]);
    if (isCall && made === calls.length) break;
    if (isCall) made += 1;
  }
  return turn;
}

function toolOf(directive: Directive): string | undefined {
  if (directive.verb === 'write') return 'Write';
  return directive.verb === 'tool' ? directive.name : undefined;
}

function stepFor(directive: Directive, conversation: Conversation): Step {
  const tool = toolOf(directive);
  if (tool !== undefined && !conversation.tools.has(tool)) {
    return text(`The stand-in model was not offered the tool ${tool}, so it did not call it.`);
  }
  switch (directive.verb) {
    case 'say':
      return text(directive.text);
    case 'write': {
      const path = posix.resolve(conversation.cwd ?? SANDBOX_CWD, directive.path);
      return { kind: 'call', name: 'Write', input: { file_path: path, content: directive.content } };
    }
    case 'tool':
      return { kind: 'call', name: directive.name, input: directive.input };
    case 'model':
      return text(`The model that was asked for is ${conversation.model}.`);
    case 'delay':
      return { kind: 'wait', ms: directive.ms };
    case 'pace':
      return { kind: 'pace', ms: directive.ms };
    case 'usage':
      return { kind: 'usage', usage: directive.usage };
    case 'stop':
      return { kind: 'stop', reason: directive.reason };
    case 'silence':
    case 'stall':
    case 'cut':
      return { kind: directive.verb };
    case 'error': {
      const { status, retryAfterS } = directive;
      return {
        kind: 'fail',
        status,
        type: ERROR_TYPES[status],
        message: `The stand-in model was asked for error ${status}.`,
        ...(retryAfterS === undefined ? {} : { retryAfterS }),
      };
    }
  }
}

function text(words: string): Step {
  return { kind: 'text', text: words };
}

function closing({ calls, prompt }: Conversation): string {
  const last = calls.at(-1);
  return last === undefined ? introduction(prompt) : report(last);
}

/** Characters are Unicode code points, as they are where the length of a prompt is limited. */
function introduction(prompt: string): string {
  return `This is Gatehouse's stand-in model: no provider key is set, so no real model answered. The prompt has ${[...prompt].length} characters.`;
}

function report({ name, answer, failed }: ToolCall): string {
  const verb = failed ? 'failed' : 'answered';
  const short =
    answer.length <= MAX_REPORT_CHARACTERS ? answer : `${answer.slice(0, MAX_REPORT_CHARACTERS)}…`;
  return `${name} ${verb}: ${short === '' ? '(nothing)' : short}`;
}

function mistakes(lines: string[]): string {
  return ['The stand-in model does not understand this, and did nothing:', ...lines].join('\n');
}
