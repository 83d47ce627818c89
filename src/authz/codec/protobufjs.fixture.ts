import { checkRequestType } from '../../../test/support/check-message.ts';
import type { CheckRequest } from '../check-request.ts';
import { noHeaders, REQUEST_HEADERS, type RequestHeaders } from '../request-headers.ts';

interface Header {
  key: string;
  value: string;
  raw_value: Uint8Array;
}

/** What protobufjs reads of a CheckRequest's bytes, as a decision needs it. */
export function readByProtobufjs(bytes: Uint8Array): CheckRequest {
  const { attributes } = checkRequestType.toObject(checkRequestType.decode(bytes), {
    ...{ defaults: true, arrays: true, objects: true, longs: Number },
  });
  const http = attributes?.request?.http;
  const { source } = attributes ?? {};
  return {
    http: (http ?? undefined) && {
      ...{ id: http.id, method: http.method, path: http.path, size: http.size },
      headers: http.header_map ? joined(http.header_map.headers) : wanted(http.headers),
      body: Buffer.from(http.raw_body.length > 0 ? http.raw_body : http.body),
    },
    peerAddress: source?.address?.socket_address?.address ?? '',
    peerCertificate: source?.certificate ?? '',
  };
}

function wanted(headers: Record<string, string>): RequestHeaders {
  const read = noHeaders();
  for (const name of REQUEST_HEADERS) if (Object.hasOwn(headers, name)) read[name] = headers[name];
  return read;
}

function joined(headers: Header[]): RequestHeaders {
  const read = noHeaders();
  for (const name of REQUEST_HEADERS) {
    const values = headers
      .filter(({ key }) => key === name)
      .map(({ value, raw_value }) => (raw_value.length > 0 ? Buffer.from(raw_value).toString() : value));
    if (values.length > 0) read[name] = values.join(',');
  }
  return read;
}

/** With all texts read, and a body that compares by its content. */
export function withTexts({ http, ...request }: CheckRequest): CheckRequest {
  if (http === undefined) return { ...request, http };
  const { id, method, path, size, body } = http;
  const headers = noHeaders();
  for (const name of REQUEST_HEADERS) headers[name] = http.headers[name];
  return { ...request, http: { id, method, path, size, headers, body: Buffer.from(body) } };
}
