import { expect, test } from 'vitest';
import type { CliMessage } from '../wire/message.ts';
import { ToolLoop } from './tool-loop.ts';

function call(name: string, input: unknown, parent?: string): CliMessage {
  const content = [{ type: 'tool_use', name, id: 'any', input }];
  return { type: 'assistant', message: { id: 'm', content }, parent_tool_use_id: parent };
}

const sees = (maxSameCalls: number, messages: CliMessage[]) => {
  const loop = new ToolLoop(maxSameCalls);
  return messages.map((message) => loop.sees(message));
};

test('the same call is a loop once it comes more often than it may', () => {
  const again = call('Bash', { command: 'true' });
  expect(sees(2, [again, again, again])).toEqual([false, false, true]);
});

test('calls that differ in tool, input or who calls are no loop', () => {
  const calls = [
    call('Bash', { a: 1 }),
    call('Bash', { a: 2 }),
    call('Read', { a: 2 }),
    call('Read', { a: 2 }, 'sub'),
  ];
  expect(sees(1, calls)).toEqual([false, false, false, false]);
});

test('another call in between begins anew', () => {
  const [a, b] = [call('Bash', { a: 1 }), call('Bash', { a: 2 })];
  expect(sees(2, [a, a, b, a, a, a])).toEqual([false, false, false, false, false, true]);
});

test('text in between changes nothing', () => {
  const again = call('Bash', {});
  const text: CliMessage = {
    type: 'assistant',
    message: { id: 'm', content: [{ type: 'text', text: 'Again.' }] },
  };
  expect(sees(1, [again, text, again])).toEqual([false, false, true]);
});
