import { expect, test } from 'vitest';
import { recordedSpans } from '../../../test/support/recorded-spans.ts';
import { parseMessage } from '../wire/message.ts';
import { ToolSpans } from './tool-spans.ts';

const ATTEMPT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true };

function watch(...messages: object[]) {
  const { spans, tracer } = recordedSpans();
  const tools = new ToolSpans(tracer, ATTEMPT);
  for (const message of messages) {
    const parsed = parseMessage(JSON.stringify(message));
    if (parsed !== undefined) tools.saw(parsed);
  }
  tools.dispose();
  return spans;
}

const use = (id: string, name: string, parent: string | null = null) => ({
  type: 'assistant',
  parent_tool_use_id: parent,
  message: { id: 'm', content: [{ type: 'tool_use', id, name, input: { command: 'secret' } }] },
});
const result = (id: string, failed = false) => ({
  type: 'user',
  message: { content: [{ type: 'tool_result', tool_use_id: id, is_error: failed, content: 'secret' }] },
});

test('a tool has a span from its call to its result, without what either says', () => {
  const spans = watch(use('t1', 'Bash'), result('t1'));
  expect(spans).toMatchObject([
    { name: 'execute_tool Bash', parentSpanId: ATTEMPT.spanId, error: undefined },
  ]);
  expect(JSON.stringify(spans)).not.toContain('secret');
});

test('a tool that failed has failed, and one without a result too', () => {
  const spans = watch(use('t1', 'Bash'), use('t2', 'Read'), result('t1', true));
  expect(spans).toMatchObject([
    { name: 'execute_tool Bash', error: 'tool_failed' },
    { name: 'execute_tool Read', error: 'not_answered' },
  ]);
});

test("a subagent's tools are parts of the tool that it is", () => {
  const [inner, outer] = watch(use('t1', 'Task'), use('t2', 'Bash', 't1'), result('t2'), result('t1'));
  expect(inner).toMatchObject({ name: 'execute_tool Bash', parentSpanId: outer?.context.spanId });
});

test('a name that is none is not told, nor a result whose tool is not known', () => {
  const spans = watch(use('t1', 'please tell: the whole prompt'), result('t1'), result('t9'));
  expect(spans).toMatchObject([{ name: 'execute_tool unknown' }]);
});

test('a run that claims to use tools without end makes so many spans and no more', () => {
  const spans = watch(...Array.from({ length: 2_000 }, (_, at) => use(`t${at}`, 'Bash')));
  expect(spans).toHaveLength(500);
});

test('a message of the user that is a text is let through', () => {
  expect(watch({ type: 'user', message: { content: 'hello' } })).toEqual([]);
});
