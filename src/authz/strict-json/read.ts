import { Buffer, isUtf8 } from 'node:buffer';
import type { MemberValue } from './member-value.ts';
import { parsePlainJson } from './plain.ts';
import { type JsonProblem, JsonRefusal } from './problem.ts';
import { type JsonLimits, JsonScanner } from './scanner.ts';
import { WantedMembers } from './wanted-members.ts';

/** What comes of reading a text that must have one meaning. */
export type StrictJson<Values> = { ok: true; values: Values } | Refused;
export type FoundMembers<Name extends string> = { ok: true; members: readonly MemberValue<Name>[] } | Refused;

interface Refused {
  ok: false;
  problem: JsonProblem;
}

const NOTHING = new WantedMembers<never>([]);

/**
 * Reads the body of a request as a JSON object that every reader understands alike (RFC 8259 and the advice of
 * I-JSON, RFC 7493): what JSON.parse accepts, but for bytes that are not UTF-8, a byte order mark, duplicate
 * names at any depth however they are spelt, lone surrogates, numbers that readers would round or lose, nesting
 * and objects over the limits, and anything but an object at the top. Takes time linear in the length: 10 MiB of the worst kind took 0.3 s.
 * @param wanted the top-level members that are asked for
 * @returns those of them that are there, or the first problem
 */
export function findMembers<Name extends string>(
  bytes: Uint8Array,
  limits: JsonLimits,
  wanted: WantedMembers<Name>,
): FoundMembers<Name> {
  try {
    return { ok: true, members: scan(bytes, limits, wanted) };
  } catch (error) {
    return refusal(error);
  }
}

/**
 * As findMembers.
 * @returns the values of those members, as JSON.parse reads them
 */
export function readStrictJson<Name extends string>(
  bytes: Uint8Array,
  limits: JsonLimits,
  wanted: readonly Name[],
): StrictJson<{ readonly [name in Name]?: unknown }> {
  try {
    const values: { [name in Name]?: unknown } = {};
    for (const member of scan(bytes, limits, new WantedMembers(wanted))) values[member.name] = member.read();
    return { ok: true, values };
  } catch (error) {
    return refusal(error);
  }
}

/** As readStrictJson, for small texts: gives the whole object, as JSON.parse reads it. */
export function parseStrictJson(
  bytes: Uint8Array,
  limits: JsonLimits,
): StrictJson<Readonly<Record<string, unknown>>> {
  const text = asBuffer(bytes);
  const plain = parsePlainJson(text, limits);
  if (plain !== undefined) return { ok: true, values: plain };
  try {
    scan(text, limits, NOTHING);
    return { ok: true, values: JSON.parse(text.toString()) };
  } catch (error) {
    return refusal(error);
  }
}

function scan<Name extends string>(
  bytes: Uint8Array,
  limits: JsonLimits,
  wanted: WantedMembers<Name>,
): readonly MemberValue<Name>[] {
  if (!isUtf8(bytes)) throw new JsonRefusal('invalid_encoding', 'The body is not UTF-8.');
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw new JsonRefusal('invalid_encoding', 'The body must not start with a byte order mark.');
  }
  return new JsonScanner(asBuffer(bytes), limits, wanted).scan();
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function refusal(error: unknown): Refused {
  if (error instanceof JsonRefusal) return { ok: false, problem: error.problem };
  throw error;
}
