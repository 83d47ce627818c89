import { createHash } from 'node:crypto';
import type { CliMessage } from '../wire/message.ts';

/** Counts how often the model calls the same tool with the same input, one time after the other. */
export class ToolLoop {
  readonly #maxSameCalls: number;
  #last = '';
  #times = 0;

  /** @param maxSameCalls the most that is not yet a loop */
  constructor(maxSameCalls: number) {
    this.#maxSameCalls = maxSameCalls;
  }

  /** @returns whether the run goes round in circles */
  sees(message: CliMessage): boolean {
    if (message.type !== 'assistant') return false;
    for (const { type, name, input } of message.message.content) {
      if (type !== 'tool_use') continue;
      const call = createHash('sha256')
        .update(JSON.stringify([message.parent_tool_use_id ?? null, name, input]))
        .digest('base64');
      this.#times = call === this.#last ? this.#times + 1 : 1;
      this.#last = call;
    }
    return this.#times > this.#maxSameCalls;
  }
}
