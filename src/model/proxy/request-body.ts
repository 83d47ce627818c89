import type { IncomingMessage } from 'node:http';
import type { ByteBudget } from './byte-budget.ts';

/** A worker's request body, or why there is none. */
export type RequestBody =
  | { kind: 'read'; bytes: Uint8Array }
  | { kind: 'too_large' }
  /** Other requests hold all the memory that there is for them. */
  | { kind: 'no_room' }
  /** The worker broke off. */
  | { kind: 'gone' };

/**
 * Reads a request body whole. What it holds of the budget is the caller's to give back once it is `read`; otherwise
 * nothing is held.
 */
export async function readRequestBody(
  request: IncomingMessage,
  maxBytes: number,
  budget: ByteBudget,
): Promise<RequestBody> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const without = (kind: 'too_large' | 'no_room' | 'gone'): RequestBody => {
    budget.give(bytes);
    return { kind };
  };
  try {
    // The connection has to survive a body that nobody reads to its end, or the refusal could not be answered.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (bytes + chunk.byteLength > maxBytes) return without('too_large');
      if (!budget.take(chunk.byteLength)) return without('no_room');
      bytes += chunk.byteLength;
      chunks.push(chunk);
    }
  } catch {
    return without('gone');
  }
  return { kind: 'read', bytes: Buffer.concat(chunks, bytes) };
}
