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

/** An answer that lets pass, but for the assertion. */
interface OkTemplate {
  /** Of the CheckResponse: the fields before ok_response, and those after it. */
  before: Uint8Array;
  after: Uint8Array;
  /** Of ok_response: all other fields. */
  okResponse: Uint8Array;
}

/** One for each metadata object that is in use: metadata.ts gives a caller the same one again. */
const templates = createKeptBeside<Metadata, OkTemplate>();
/** One message is written at a time, from its beginning to its end. */
let writer = new MessageWriter();

/** Writes a CheckResponse. */
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

function encodeOk(metadata: Metadata, assertion: string): Uint8Array {
  let template = templates.get(metadata);
  if (template === undefined && templates.hasCome(metadata)) {
    template = okTemplate(metadata);
    templates.set(metadata, template);
  }
  if (template === undefined) writeStatus(OK);
  else writer.raw(template.before);
  const okResponse = writer.begin(CHECK.okResponse);
  if (template === undefined) writeCaller(metadata);
  else writer.raw(template.okResponse);
  writeHeader(OK_RESPONSE.headers, ASSERTION_HEADER, assertion);
  writer.end(okResponse);
  if (template === undefined) writeMetadata(metadata);
  else writer.raw(template.after);
  return writer.finish();
}

function okTemplate(metadata: Metadata): OkTemplate {
  writeStatus(OK);
  const before = writer.finish();
  writeCaller(metadata);
  const okResponse = writer.finish();
  writeMetadata(metadata);
  return { before, okResponse, after: writer.finish() };
}

/** What ok_response says besides the assertion. */
function writeCaller({ client }: Metadata): void {
  writeHeader(OK_RESPONSE.headers, 'x-client-id', client);
  for (const name of CREDENTIAL_HEADERS) writer.string(OK_RESPONSE.headersToRemove, name);
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

/** As a google.protobuf.Struct of texts. */
function writeMetadata(metadata: Metadata): void {
  const struct = writer.begin(CHECK.dynamicMetadata);
  for (const [name, text] of Object.entries(metadata)) {
    const entry = writer.begin(STRUCT.fields);
    writer.string(STRUCT_ENTRY.key, name);
    const value = writer.begin(STRUCT_ENTRY.value);
    writer.string(VALUE.stringValue, text).end(value).end(entry);
  }
  writer.end(struct);
}
