import { inflateBody } from '../authz/index.ts';
import type { Config } from '../config/index.ts';

/** From a body as it arrived to the body that authz inspected; undefined where it is not in a coding that counts. */
export type UndoEncoding = (body: unknown, contentEncoding: string | undefined) => Promise<unknown>;

/** Undoes content-encodings under the same limits as authz, so that both read the same body or none. */
export function createUndoEncoding({ inspection }: Pick<Config, 'inspection'>): UndoEncoding {
  const limits = { maxBytes: inspection.maxInflated.bytes, maxRatio: inspection.maxInflateRatio };
  return async (body, contentEncoding = 'identity') => {
    const name = contentEncoding.toLowerCase();
    if (name === 'identity' || !Buffer.isBuffer(body) || body.length === 0) return body;
    const encoding = inspection.contentEncodings.find((candidate) => candidate === name);
    if (encoding === undefined) return undefined;
    const inflated = await inflateBody(body, encoding, limits);
    return inflated.ok ? inflated.bytes : undefined;
  };
}
