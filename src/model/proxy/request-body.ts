import type { IncomingMessage } from 'node:http';
import { Interruption } from './interruption.ts';

/**
 * A worker's request body as it comes in.
 * @param onChunk sees every chunk before it goes on
 * @throws Interruption when there are more than maxBytes, or the worker breaks off
 */
export async function* readRequestBody(
  request: IncomingMessage,
  maxBytes: number,
  onChunk: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  // The connection has to survive a body that nobody reads to its end, or the refusal could not be answered.
  const chunks = request.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]();
  try {
    while (true) {
      const next = await chunks.next().catch(() => {
        throw new Interruption('worker_gone');
      });
      if (next.done) return;
      const chunk: Uint8Array = next.value;
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new Interruption('request_too_large');
      onChunk(chunk);
      yield chunk;
    }
  } finally {
    await chunks.return?.();
  }
}
