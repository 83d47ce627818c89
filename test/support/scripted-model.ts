import { startFakeProvider, writeEvents } from './model-provider.ts';

/** What the model does at one request: it says something, or calls a tool, whether it was offered or not. */
export type ScriptedAnswer = { text: string } | { tool: string; input: Record<string, unknown> };

export interface ScriptedModel {
  url: string;
  /** Every request body, as text. */
  requests: string[];
  close(): Promise<void>;
}

/**
 * A Messages API that answers from a list, its last entry again and again, and does as no model should.
 * @param answers a function makes its answer of the request's body
 */
export async function startScriptedModel(
  answers: (ScriptedAnswer | ((body: string) => ScriptedAnswer))[],
): Promise<ScriptedModel> {
  const requests: string[] = [];
  const { url, close } = await startFakeProvider(async (request, response) => {
    const body = (await request.toArray()).join('');
    if (!request.url?.startsWith('/v1/messages') || request.url.includes('count_tokens')) {
      return void response.writeHead(404).end('{}');
    }
    const answer = answers[Math.min(requests.length, answers.length - 1)] ?? { text: '' };
    requests.push(body);
    const given = typeof answer === 'function' ? answer(body) : answer;
    writeEvents(response, ...eventsOf(given, `msg_${requests.length}`));
    response.end();
  });
  return { url, requests, close };
}

function eventsOf(answer: ScriptedAnswer, id: string): { type: string }[] {
  const isTool = 'tool' in answer;
  const block = isTool
    ? { type: 'tool_use', id: `tool_${id}`, name: answer.tool, input: {} }
    : { type: 'text', text: '' };
  const delta = isTool
    ? { type: 'input_json_delta', partial_json: JSON.stringify(answer.input) }
    : { type: 'text_delta', text: answer.text };
  const usage = { input_tokens: 10, output_tokens: 1 };
  const message = { id, type: 'message', role: 'assistant', model: 'claude-scripted', content: [], usage };
  return [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: isTool ? 'tool_use' : 'end_turn' },
      usage: { output_tokens: 20 },
    },
    { type: 'message_stop' },
  ] as { type: string }[];
}
