import { Buffer } from 'node:buffer';
import { bytesTag, MessageWriter, varintTag } from '../../protobuf/index.ts';
import { ASSERTION_HEADER } from '../assertion-claims.ts';
import type { CheckResponse, HttpAnswer } from '../check-response.ts';
import { CREDENTIAL_HEADERS } from '../credentials/present.ts';
import { createKeptBeside } from '../kept-beside.ts';
import type { Metadata } from '../metadata.ts';

/** Field numbers are those of protos/envoy/service/auth/v3/external_auth.proto and what it imports. */
const CHECK = {
  status: bytesTag(1),
  deniedResponse: bytesTag(2),
  okResponse: bytesTag(3),
  dynamicMetadata: bytesTag(4),
  errorResponse: bytesTag(5),
};
const STATUS = { code: varintTag(1) };
const OK_RESPONSE = { headers: bytesTag(2), headersToRemove: bytesTag(5) };
const DENIED_RESPONSE = { status: bytesTag(1), headers: bytesTag(2), body: bytesTag(3) };
const HTTP_STATUS = { code: varintTag(1) };
// Without `append` a header overwrites one of its name; `append_action` is ignored by Envoy 1.40.
const HEADER_OPTION = { header: bytesTag(1) };
const HEADER_VALUE = { key: bytesTag(1), value: bytesTag(2) };
const STRUCT = { fields: bytesTag(1) };
const STRUCT_ENTRY = { key: bytesTag(1), value: bytesTag(2) };
const VALUE = { stringValue: bytesTag(3) };

/** google.rpc.Code */
const OK = 0;

/** An answer that lets pass, but for the assertion, which has this length. */
interface OkTemplate {
  assertionBytes: number;
  /** All that stands before the assertion, and after it. */
  bytes: Buffer;
  assertionAt: number;
}

/** One for each metadata object that is in use: metadata.ts gives a caller the same one again. */
const templates = createKeptBeside<Metadata, OkTemplate>();
/** One message is written at a time, from its beginning to its end. */
let writer = new MessageWriter();

/** Writes a CheckResponse. @returns bytes that are good until the next one is written */
export function encodeCheckResponse(response: CheckResponse): Uint8Array {
  try {
    return encode(response);
  } catch (error) {
    // Nothing of it may become part of another answer.
    writer = new MessageWriter();
    throw error;
  }
}

function encode(response: CheckResponse): Uint8Array {
  if (response.kind === 'ok') return encodeOk(response.metadata, response.assertion);
  writeStatus(response.code);
  const isDenied = response.kind === 'denied';
  writeAnswer(isDenied ? CHECK.deniedResponse : CHECK.errorResponse, response.answer);
  if (isDenied && response.metadata !== undefined) writeMetadata(response.metadata);
  return writer.finish();
}

/** @param assertion a compact JWS, which is ASCII */
function encodeOk(metadata: Metadata, assertion: string): Uint8Array {
  const template = templates.get(metadata);
  if (template?.assertionBytes === assertion.length) return fill(template, assertion);
  const assertionEnd = writeOk(metadata, assertion);
  const answer = writer.finish();
  if (templates.hasCome(metadata))
    templates.set(metadata, templateOf(answer, assertion.length, assertionEnd));
  return answer;
}

/** Where such answers are put together, and the one that lies there. */
let room = Buffer.allocUnsafeSlow(1024);
let laid: { template: OkTemplate | undefined; answer: Buffer } = { template: undefined, answer: room };

function fill(template: OkTemplate, assertion: string): Buffer {
  if (laid.template !== template) laid = { template, answer: lay(template) };
  laid.answer.write(assertion, template.assertionAt, 'latin1');
  return laid.answer;
}

function lay({ bytes, assertionAt, assertionBytes }: OkTemplate): Buffer {
  const length = bytes.length + assertionBytes;
  if (length > room.length) room = Buffer.allocUnsafeSlow(2 * length);
  bytes.copy(room, 0, 0, assertionAt);
  bytes.copy(room, assertionAt + assertionBytes, assertionAt);
  return room.subarray(0, length);
}

/** What is the same in a caller's answers with assertions of one length, which that of most is. */
function templateOf(answer: Buffer, assertionBytes: number, assertionEnd: number): OkTemplate {
  const assertionAt = assertionEnd - assertionBytes;
  const bytes = Buffer.allocUnsafeSlow(answer.length - assertionBytes);
  answer.copy(bytes, 0, 0, assertionAt);
  answer.copy(bytes, assertionAt, assertionEnd);
  return { assertionBytes, bytes, assertionAt };
}

/** @returns where the assertion ends, which stands last but for the metadata */
function writeOk(metadata: Metadata, assertion: string): number {
  writeStatus(OK);
  const okResponse = writer.begin(CHECK.okResponse);
  writeCaller(metadata);
  writeHeader(OK_RESPONSE.headers, ASSERTION_HEADER, assertion);
  writer.end(okResponse);
  const assertionEnd = writer.length;
  writeMetadata(metadata);
  return assertionEnd;
}

/** What ok_response says besides the assertion. */
function writeCaller({ client }: Metadata): void {
  writeHeader(OK_RESPONSE.headers, 'x-client-id', client);
  writer.raw(HEADERS_TO_REMOVE);
}

const HEADERS_TO_REMOVE = fieldsOf((fields) => {
  for (const name of CREDENTIAL_HEADERS) fields.string(OK_RESPONSE.headersToRemove, name);
});

function fieldsOf(write: (fields: MessageWriter) => void): Buffer {
  const fields = new MessageWriter();
  write(fields);
  return fields.finish();
}

function writeStatus(code: number): void {
  const status = writer.begin(CHECK.status);
  writer.uint32(STATUS.code, code).end(status);
}

function writeAnswer(tag: number, { status, headers, body }: HttpAnswer): void {
  const answer = writer.begin(tag);
  const httpStatus = writer.begin(DENIED_RESPONSE.status);
  writer.uint32(HTTP_STATUS.code, status).end(httpStatus);
  for (const name of Object.keys(headers)) writeHeader(DENIED_RESPONSE.headers, name, headers[name] ?? '');
  writer.string(DENIED_RESPONSE.body, body).end(answer);
}

function writeHeader(tag: number, name: string, value: string): void {
  const option = writer.begin(tag);
  const header = writer.begin(HEADER_OPTION.header);
  writer.string(HEADER_VALUE.key, name).string(HEADER_VALUE.value, value).end(header).end(option);
}

/** What the metadata of callers differ in; all the rest is mostly that of the caller before. */
const OF_A_CALLER = ['client', 'key_id'] as const;
type OfMany = Exclude<keyof Metadata, (typeof OF_A_CALLER)[number]>;
/** As an object, so that none can be forgotten. */
const OF_MANY = Object.keys({
  ...{ tenant: true, tier: true, model: true, route: true, auth_method: true, verdict: true, shadow: true },
} satisfies Record<OfMany, true>) as OfMany[];

/** The rest that was written last, and its bytes. */
let rest: { of: Metadata | undefined; bytes: Buffer } = { of: undefined, bytes: Buffer.alloc(0) };

/** As a google.protobuf.Struct of texts. */
function writeMetadata(metadata: Metadata): void {
  const struct = writer.begin(CHECK.dynamicMetadata);
  for (const name of OF_A_CALLER) writeText(writer, name, metadata[name]);
  if (rest.of === undefined || !haveSameRest(rest.of, metadata)) {
    const bytes = fieldsOf((fields) => {
      for (const name of OF_MANY) writeText(fields, name, metadata[name]);
    });
    rest = { of: metadata, bytes };
  }
  writer.raw(rest.bytes).end(struct);
}

function haveSameRest(one: Metadata, other: Metadata): boolean {
  for (const name of OF_MANY) if (one[name] !== other[name]) return false;
  return true;
}

function writeText(fields: MessageWriter, name: keyof Metadata, text: string): void {
  const entry = fields.begin(STRUCT.fields);
  fields.string(STRUCT_ENTRY.key, name);
  const value = fields.begin(STRUCT_ENTRY.value);
  fields.string(VALUE.stringValue, text).end(value).end(entry);
}
