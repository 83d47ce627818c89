import { expect, test } from 'vitest';
import type { CliMessage } from '../wire/message.ts';
import { ProgressReader } from './progress.ts';

type StreamEvent = Extract<CliMessage, { type: 'stream_event' }>['event'];

const stream = (event: StreamEvent): CliMessage => ({ type: 'stream_event', event });
const assistant = (id: string, content: object[], more: object = {}): CliMessage =>
  ({ type: 'assistant', message: { id, content }, ...more }) as CliMessage;

function readAll(messages: CliMessage[]) {
  const reader = new ProgressReader();
  return messages.flatMap((message) => reader.read(message));
}

test('text is told as the model writes it, and not again with the whole answer', () => {
  const told = readAll([
    stream({ type: 'message_start', message: { id: 'm1' } }),
    stream({ type: 'content_block_start', content_block: { type: 'text', text: '' } }),
    stream({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'hello ' } }),
    stream({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'there' } }),
    assistant('m1', [{ type: 'text', text: 'hello there' }]),
  ]);
  expect(told).toEqual([
    { type: 'text', text: 'hello ' },
    { type: 'text', text: 'there' },
  ]);
});

test('an answer that did not come in pieces is told whole', () => {
  const told = readAll([
    assistant('m1', [
      { type: 'text', text: 'hello' },
      { type: 'tool_use', name: 'Write', id: 't1' },
    ]),
  ]);
  expect(told).toEqual([
    { type: 'text', text: 'hello' },
    { type: 'tool', name: 'Write', id: 't1' },
  ]);
});

test('a tool is told when its call begins', () => {
  const told = readAll([
    stream({ type: 'content_block_start', content_block: { type: 'tool_use', name: 'Bash', id: 't1' } }),
    stream({ type: 'content_block_delta', delta: { type: 'input_json_delta' } }),
  ]);
  expect(told).toEqual([{ type: 'tool', name: 'Bash', id: 't1' }]);
});

test('what a subagent writes, what the model thinks and what the CLI says about errors is left out', () => {
  const told = readAll([
    {
      ...stream({ type: 'x', delta: { type: 'text_delta', text: 'sub' } }),
      parent_tool_use_id: 't1',
    } as CliMessage,
    assistant('m1', [{ type: 'text', text: 'sub' }], { parent_tool_use_id: 't1' }),
    stream({ type: 'content_block_delta', delta: { type: 'thinking_delta', text: 'hm' } }),
    assistant('m2', [{ type: 'text', text: 'API Error: 529' }], { error: 'server_error' }),
  ]);
  expect(told).toEqual([]);
});
