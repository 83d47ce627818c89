import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMessage } from './message.ts';

test('a result keeps what is used and drops the rest', () => {
  const line = JSON.stringify({
    duration_ms: 5,
    type: 'result',
    subtype: 'success',
    is_error: false,
    result: 'hello',
    terminal_reason: 'completed',
    modelUsage: { m: { inputTokens: 1 } },
  });
  expect(parseMessage(line)).toEqual({
    type: 'result',
    subtype: 'success',
    is_error: false,
    result: 'hello',
    terminal_reason: 'completed',
  });
});

test('messages of unknown types are passed over', () => {
  expect(parseMessage('{"type":"weather","degrees":20}')).toBeUndefined();
  expect(parseMessage('{"type":"system","subtype":"status"}')).toBeUndefined();
});

test('a result without what makes it one is passed over', () => {
  expect(parseMessage('{"type":"result","subtype":"success"}')).toBeUndefined();
});

test('nothing that a worker prints makes the parser throw', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (line) => void parseMessage(line)));
});

test('a result of no reasonable length is left out, a name of none passed over', () => {
  const result = (length: number) =>
    parseMessage(
      JSON.stringify({ type: 'result', subtype: 'success', is_error: false, result: 'x'.repeat(length) }),
    );
  expect(result(2 ** 22)).toMatchObject({ result: expect.any(String) });
  expect(result(2 ** 22 + 1)).toEqual({ type: 'result', subtype: 'success', is_error: false });
  const init = (model: string) => parseMessage(JSON.stringify({ type: 'system', subtype: 'init', model }));
  expect(init('m'.repeat(256))).toBeDefined();
  expect(init('m'.repeat(257))).toBeUndefined();
});

test('an answer to a schema that is longer than an answer may be is left out, and the result is not', () => {
  const structured = (length: number) =>
    parseMessage(
      JSON.stringify({
        ...{ type: 'result', subtype: 'success', is_error: false, result: '' },
        structured_output: { a: 'x'.repeat(length) },
      }),
    );
  expect(structured(1000)).toMatchObject({ structured_output: { a: expect.any(String) } });
  expect(structured(2 ** 22)).toMatchObject({ type: 'result', result: '' });
  expect(structured(2 ** 22)).not.toHaveProperty('structured_output.a');
});
