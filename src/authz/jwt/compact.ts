import { type JsonLimits, readStrictJson } from '../strict-json/index.ts';

/** The three parts of a JWS in compact serialization (RFC 7515, section 7.1), decoded. */
export interface CompactJws {
  header: Readonly<Record<string, unknown>>;
  payload: Buffer;
  signature: Buffer;
  /** What the signature is over. */
  signingInput: Buffer;
}

/** Headers are small and flat. */
const HEADER_LIMITS: JsonLimits = { maxDepth: 4, maxMembers: 32 };

/**
 * Takes a JWS apart. Every text has one meaning or none: base64url is canonical, without padding, spaces or bits left over
 * (RFC 4648, sections 3.3 and 3.5), and the header is one JSON object without duplicate members (RFC 7515, section 4).
 * @returns undefined when it is not a JWS
 */
export function readCompactJws(token: string): CompactJws | undefined {
  const headerEnd = token.indexOf('.');
  const payloadEnd = token.indexOf('.', headerEnd + 1);
  if (headerEnd < 1 || payloadEnd < 0 || token.includes('.', payloadEnd + 1)) return undefined;
  const headerBytes = decode(token.slice(0, headerEnd));
  const payload = decode(token.slice(headerEnd + 1, payloadEnd));
  const signature = decode(token.slice(payloadEnd + 1));
  if (headerBytes === undefined || payload === undefined || signature === undefined) return undefined;
  if (!readStrictJson(headerBytes, HEADER_LIMITS, []).ok) return undefined;
  return {
    header: JSON.parse(headerBytes.toString()),
    payload,
    signature,
    signingInput: Buffer.from(token.slice(0, payloadEnd), 'latin1'),
  };
}

/** Node decodes leniently; what encodes back to the same text had one reading only. */
function decode(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}
