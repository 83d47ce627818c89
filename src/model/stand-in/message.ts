import { NO_USAGE, type TokenUsage } from '../usage.ts';
import type { StopReason } from './directive.ts';
import type { Step } from './plan.ts';

/** A step that puts a content block into the message. */
export type ContentStep = Extract<Step, { kind: 'text' | 'call' }>;

export interface MessageHead {
  id: string;
  inputTokens: number;
  /** What the prompt wants the answer to say that it used. */
  usage?: Partial<TokenUsage>;
}

/** What the answers call themselves. */
const MODEL = 'stand-in';

/** A rough guess that is the same each time: about four characters a token. */
export function estimateTokens(value: unknown): number {
  const characters = typeof value === 'string' ? value.length : JSON.stringify(value).length;
  return Math.ceil(characters / 4);
}

/** The message of an answer that is not streamed. */
export function wholeMessage(head: MessageHead, steps: ContentStep[], stopped?: StopReason) {
  return {
    ...emptyMessage(head),
    content: steps.map((step, index) => contentBlock(step, head.id, index)),
    stop_reason: stopped ?? stopReason(steps),
    usage: usage(head, outputTokens(steps)),
  };
}

/** The event that opens a stream. */
export function openingEvent(head: MessageHead) {
  const atStart = { ...usage(head, 1), output_tokens: 1 };
  return { type: 'message_start', message: { ...emptyMessage(head), usage: atStart } };
}

/** The events of one content block. Text comes word by word and input in pieces, as models send them. */
export function* blockEvents(step: ContentStep, head: MessageHead, index: number) {
  const block = contentBlock(step, head.id, index);
  const empty = step.kind === 'text' ? { ...block, text: '' } : { ...block, input: {} };
  yield { type: 'content_block_start', index, content_block: empty };
  for (const delta of deltas(step)) yield { type: 'content_block_delta', index, delta };
  yield { type: 'content_block_stop', index };
}

/** The events that close a stream. */
export function* closingEvents(head: MessageHead, steps: ContentStep[], stopped?: StopReason) {
  yield {
    type: 'message_delta',
    delta: { stop_reason: stopped ?? stopReason(steps), stop_sequence: null },
    usage: { output_tokens: usage(head, outputTokens(steps)).output_tokens },
  };
  yield { type: 'message_stop' };
}

function emptyMessage({ id }: MessageHead) {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model: MODEL,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

function contentBlock(step: ContentStep, messageId: string, index: number) {
  if (step.kind === 'text') return { type: 'text', text: step.text };
  return {
    type: 'tool_use',
    id: messageId.replace(/^msg_/, `toolu_${index}`),
    name: step.name,
    input: step.input,
  };
}

/** In how many pieces a step is sent. */
export function deltaCount(step: ContentStep): number {
  return [...deltas(step)].length;
}

function* deltas(step: ContentStep) {
  if (step.kind === 'text') {
    for (const [text] of step.text.matchAll(/\s*\S+\s*/g)) yield { type: 'text_delta', text };
    return;
  }
  const json = JSON.stringify(step.input);
  const PIECE_CHARACTERS = 256;
  for (let at = 0; at < json.length; at += PIECE_CHARACTERS) {
    yield { type: 'input_json_delta', partial_json: json.slice(at, at + PIECE_CHARACTERS) };
  }
}

function stopReason(steps: ContentStep[]): string {
  return steps.some(({ kind }) => kind === 'call') ? 'tool_use' : 'end_turn';
}

function outputTokens(steps: ContentStep[]): number {
  return steps.reduce((sum, step) => sum + estimateTokens(step.kind === 'text' ? step.text : step.input), 0);
}

function usage({ inputTokens, usage }: MessageHead, tokens: number): TokenUsage {
  return { ...NO_USAGE, input_tokens: inputTokens, output_tokens: tokens, ...usage };
}
