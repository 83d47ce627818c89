import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { AttemptSession } from '../../src/jobs/index.ts';

/** A conversation whose state a test can look at. */
export function conversation(state?: Buffer): AttemptSession & { state: Buffer | undefined } {
  return {
    id: 'conversation-1',
    state,
    restore() {
      return Promise.resolve(this.state && Readable.from([this.state]));
    },
    async save(content) {
      this.state = await buffer(content);
    },
  };
}
