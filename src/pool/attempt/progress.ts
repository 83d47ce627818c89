import type { ProgressEvent } from '../../jobs/index.ts';
import type { CliMessage } from '../wire/message.ts';

/**
 * Reads from the CLI's messages what the model writes and which tools it uses, as it happens.
 * Subagents are left out: what they write is not the answer.
 */
export class ProgressReader {
  /** The answer that came in pieces last, so that its whole, which follows, says nothing new. */
  #streamed: string | undefined;

  read(message: CliMessage): ProgressEvent[] {
    if (message.type === 'stream_event' && !isSubagent(message)) return this.#streamEvent(message.event);
    if (message.type === 'assistant' && !isSubagent(message) && message.error === undefined) {
      return this.#streamed === message.message.id ? [] : message.message.content.flatMap(progressOf);
    }
    return [];
  }

  #streamEvent(event: Extract<CliMessage, { type: 'stream_event' }>['event']): ProgressEvent[] {
    if (event.message !== undefined) this.#streamed = event.message.id;
    if (event.content_block !== undefined) return progressOf(event.content_block);
    if (event.delta?.type === 'text_delta') return textOf(event.delta.text);
    return [];
  }
}

function isSubagent(message: { parent_tool_use_id?: string | null | undefined }): boolean {
  return typeof message.parent_tool_use_id === 'string';
}

function progressOf(block: {
  type: string;
  text?: string | undefined;
  name?: string | undefined;
  id?: string | undefined;
}): ProgressEvent[] {
  if (block.type === 'text') return textOf(block.text);
  const { type, name, id } = block;
  return type === 'tool_use' && name !== undefined && id !== undefined ? [{ type: 'tool', name, id }] : [];
}

function textOf(text: string | undefined): ProgressEvent[] {
  return text === undefined || text === '' ? [] : [{ type: 'text', text }];
}
