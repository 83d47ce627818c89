import { promisify } from 'node:util';
import {
  brotliDecompress,
  brotliDecompressSync,
  gunzip,
  gunzipSync,
  type Inflate,
  inflate,
  inflateSync,
} from 'node:zlib';

/** The codings that can be undone (RFC 9110, section 8.4.1); deflate is the zlib format. */
export const CONTENT_ENCODINGS = ['gzip', 'deflate', 'br'] as const;
export type ContentEncoding = (typeof CONTENT_ENCODINGS)[number];

/** How far a body may grow. */
export interface InflationLimits {
  maxBytes: number;
  /** Bytes that may come of each byte that was sent. */
  maxRatio: number;
}

export type Inflated = { ok: true; bytes: Uint8Array } | { ok: false; problem: 'too_large' | 'damaged' };

interface Options {
  maxOutputLength: number;
  info: true;
}
/** What zlib gives with `info`, which its types leave out. */
interface Output {
  buffer: Buffer;
  engine: Pick<Inflate, 'bytesWritten'>;
}
type Sync = (bytes: Uint8Array, options: Options) => unknown;

const SYNC: Record<ContentEncoding, Sync> = {
  gzip: gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};
const ASYNC: Record<ContentEncoding, Sync> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** Undoes a coding at once. Blocks for as long as it takes: 10 MiB of text about 30 ms. */
export function inflateBodySync(
  bytes: Uint8Array,
  encoding: ContentEncoding,
  limits: InflationLimits,
): Inflated {
  try {
    return checked(bytes, SYNC[encoding](bytes, options(bytes, limits)) as Output);
  } catch (error) {
    return refused(error);
  }
}

/** As inflateBodySync, on a thread of its own. */
export async function inflateBody(
  bytes: Uint8Array,
  encoding: ContentEncoding,
  limits: InflationLimits,
): Promise<Inflated> {
  try {
    return checked(bytes, (await ASYNC[encoding](bytes, options(bytes, limits))) as Output);
  } catch (error) {
    return refused(error);
  }
}

function options({ length }: Uint8Array, { maxBytes, maxRatio }: InflationLimits): Options {
  return { maxOutputLength: Math.max(1, Math.min(maxBytes, length * maxRatio)), info: true };
}

/** What follows the end of the coded data is no part of the body, so there must be nothing. */
function checked(bytes: Uint8Array, { buffer, engine }: Output): Inflated {
  return engine.bytesWritten === bytes.length
    ? { ok: true, bytes: buffer }
    : { ok: false, problem: 'damaged' };
}

function refused(error: unknown): Inflated {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'ERR_BUFFER_TOO_LARGE') return { ok: false, problem: 'too_large' };
  // Z_DATA_ERROR, ERR__ERROR_FORMAT_... and the like: what was sent is not of this coding, or not all of it.
  if (/^(?:Z_(?!MEM_)|ERR__ERROR_FORMAT)/.test(code)) return { ok: false, problem: 'damaged' };
  throw error;
}
