import type { Step } from './plan.ts';

/** A step that puts a content block into the message. */
export type ContentStep = Extract<Step, { kind: 'text' | 'call' }>;

export interface MessageHead {
  id: string;
  inputTokens: number;
}

/** What the answers call themselves. */
const MODEL = 'stand-in';

/** A rough guess that is the same each time: about four characters a token. */
export function estimateTokens(value: unknown): number {
  const characters = typeof value === 'string' ? value.length : JSON.stringify(value).length;
  return Math.ceil(characters / 4);
}

/** The message of an answer that is not streamed. */
export function wholeMessage(head: MessageHead, steps: ContentStep[]) {
  return {
    ...emptyMessage(head),
    content: steps.map((step, index) => contentBlock(step, head.id, index)),
    stop_reason: stopReason(steps),
    usage: usage(head, outputTokens(steps)),
  };
}

/** The event that opens a stream. */
export function openingEvent(head: MessageHead) {
  return { type: 'message_start', message: { ...emptyMessage(head), usage: usage(head, 1) } };
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
export function* closingEvents(steps: ContentStep[]) {
  yield {
    type: 'message_delta',
    delta: { stop_reason: stopReason(steps), stop_sequence: null },
    usage: { output_tokens: outputTokens(steps) },
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

function usage({ inputTokens }: MessageHead, tokens: number) {
  return {
    input_tokens: inputTokens,
    output_tokens: tokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
  };
}
