import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

/**
 * The messages of ext_authz as protobufjs writes and reads them by the .proto files, for comparing. Names as in the
 * files; what a message does not have is left out.
 */
const PROTOS = fileURLToPath(new URL('../../protos/', import.meta.url));
const root = new protobuf.Root();
root.resolvePath = (_, target) => (target.startsWith('google/protobuf/') ? target : `${PROTOS}${target}`);
root.loadSync('envoy/service/auth/v3/external_auth.proto', { keepCase: true });

export const checkRequestType = root.lookupType('envoy.service.auth.v3.CheckRequest');
const checkResponseType = root.lookupType('envoy.service.auth.v3.CheckResponse');

/** The fields of a CheckRequest's `attributes.request.http`. */
export interface HttpAttributes {
  id?: string;
  method?: string;
  path?: string;
  size?: number;
  headers?: Record<string, string>;
  header_map?: { headers: { key?: string; value?: string; raw_value?: Uint8Array }[] };
  body?: string;
  raw_body?: Uint8Array;
}

export function encodeCheckRequest(attributes: object): Buffer {
  return Buffer.from(checkRequestType.encode(checkRequestType.fromObject({ attributes })).finish());
}

export function encodeCheckResponse(response: object): Buffer {
  return Buffer.from(checkResponseType.encode(checkResponseType.fromObject(response)).finish());
}

/** A CheckResponse, as far as tests look at it. */
export interface DecodedCheckResponse {
  status: { code: number };
  ok_response?: { headers: DecodedHeader[]; headers_to_remove: string[] };
  denied_response?: DecodedAnswer;
  error_response?: DecodedAnswer;
  dynamic_metadata?: { fields: Record<string, { stringValue: string }> };
}

interface DecodedHeader {
  header: { key: string; value: string };
}

interface DecodedAnswer {
  status: { code: number };
  headers: DecodedHeader[];
  body: string;
}

export function decodeCheckResponse(bytes: Uint8Array): DecodedCheckResponse {
  return checkResponseType.toObject(checkResponseType.decode(bytes)) as DecodedCheckResponse;
}
