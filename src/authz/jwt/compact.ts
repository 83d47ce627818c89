import { type JsonLimits, parseStrictJson } from '../strict-json/index.ts';

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
  const header = readHeaderPart(token.slice(0, headerEnd));
  const payload = decode(token.slice(headerEnd + 1, payloadEnd));
  const signature = decode(token.slice(payloadEnd + 1));
  if (header === undefined || payload === undefined || signature === undefined) return undefined;
  return { header, payload, signature, signingInput: Buffer.from(token.slice(0, payloadEnd), 'latin1') };
}

/** The header that was read last: all tokens of an issuer have the same one until it changes its key. */
let latest: { text: string; header: CompactJws['header'] } | undefined;

function readHeaderPart(text: string): CompactJws['header'] | undefined {
  if (latest?.text === text) return latest.header;
  const bytes = decode(text);
  if (bytes === undefined) return undefined;
  const json = parseStrictJson(bytes, HEADER_LIMITS);
  if (!json.ok) return undefined;
  const header = Object.freeze(json.values);
  // Written anew, because a part of the token would keep all of it.
  latest = { text: bytes.toString('base64url'), header };
  return header;
}

/** Node decodes leniently; what encodes back to the same text had one reading only. */
function decode(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}
