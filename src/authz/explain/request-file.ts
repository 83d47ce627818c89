import { z } from 'zod';
import type { CheckRequest } from '../check-request.ts';
import { AuthzError } from '../errors.ts';
import { noHeaders, REQUEST_HEADERS, type RequestHeader } from '../request-headers.ts';
import { type JsonLimits, readStrictJson } from '../strict-json/index.ts';

const text = z.string();
const jsonSchema = z.strictObject({
  method: text.min(1).default('GET'),
  path: text.min(1),
  headers: z.record(text, text).default({}),
  /** An object is sent as JSON, a text as it is. */
  body: z.unknown().optional(),
  bodyBase64: z.base64().optional(),
  /** Of the caller. */
  address: text.default('127.0.0.1'),
  /** PEM of a client certificate, as Envoy would have verified it. */
  certificate: text.default(''),
});

const JSON_LIMITS: JsonLimits = { maxDepth: 128, maxMembers: 10_000 };

const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) +(\S+)(?: +HTTP\/[0-9.]+)?$/;
const HEADER_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;

/**
 * Reads a request from a file: an HTTP message as it goes over a wire (RFC 9112; the version and carriage returns may be
 * left out), or a JSON object of method, path, headers, body or bodyBase64, address and certificate.
 * @returns the request as Envoy describes it
 * @throws AuthzError invalid_request_file that says which line is wrong and what was expected
 */
export function readRequestFile(content: Buffer): CheckRequest {
  const isJson = content.toString('latin1').trimStart().startsWith('{');
  return isJson ? fromJson(content.toString('utf8')) : fromMessage(content);
}

/**
 * Adds a header to a request that was read.
 * @throws AuthzError invalid_request_file where it has one of that name already
 */
export function withHeader(request: CheckRequest, name: RequestHeader, value: string): void {
  const headers = request.http?.headers;
  if (headers === undefined) throw invalid('it is no HTTP request');
  if (headers[name] !== undefined)
    throw invalid(`it has a header ${name} already, and one was given besides`);
  headers[name] = value;
}

function fromJson(content: string): CheckRequest {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    // What JSON.parse says quotes the text, and that may be a credential or a prompt.
    const read = readStrictJson(Buffer.from(content), JSON_LIMITS, []);
    const problem = read.ok || read.problem.code !== 'invalid_json' ? 'It is not JSON.' : read.problem.detail;
    throw invalid(`it begins like JSON, and is not: ${problem.slice(0, -1)}`);
  }
  const parsed = jsonSchema.safeParse(value);
  if (!parsed.success) {
    throw invalid(
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; '),
    );
  }
  const { method, path, headers, body, bodyBase64, address, certificate } = parsed.data;
  if (body !== undefined && bodyBase64 !== undefined) throw invalid('it has both body and bodyBase64');
  const bytes =
    bodyBase64 === undefined
      ? Buffer.from(typeof body === 'string' || body === undefined ? (body ?? '') : JSON.stringify(body))
      : Buffer.from(bodyBase64, 'base64');
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return describe({ method, path, headers: named, body: bytes, address, certificate });
}

function fromMessage(content: Buffer): CheckRequest {
  const blank = /\r?\n\r?\n/.exec(content.toString('latin1'));
  const head = content
    .subarray(0, blank?.index ?? content.length)
    .toString('latin1')
    .trimEnd();
  const rest = blank === null ? Buffer.alloc(0) : content.subarray(blank.index + blank[0].length);
  const [first = '', ...lines] = head.split(/\r?\n/);
  const [, method, path] = REQUEST_LINE.exec(first) ?? [];
  if (method === undefined || path === undefined) {
    throw invalid('its first line is not a method and a path, such as POST /claude/invoke HTTP/1.1');
  }
  const headers = lines.map((line, index) => {
    const [, name, value] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined || value === undefined)
      throw invalid(`line ${index + 2} is not a header, such as x-api-key: ...`);
    return [name.toLowerCase(), value] as const;
  });
  const length = headers.find(([name]) => name === 'content-length')?.[1];
  return describe({
    method,
    path,
    headers,
    body: bodyOf(rest, length),
    address: '127.0.0.1',
    certificate: '',
  });
}

/** An editor ends a file with a line break that is no part of the body; Content-Length says so. */
function bodyOf(rest: Buffer, contentLength: string | undefined): Buffer {
  if (contentLength === undefined) return rest;
  const length = Number(contentLength);
  if (!/^[0-9]+$/.test(contentLength) || length > rest.length) {
    throw invalid(`its Content-Length is ${contentLength}, and ${rest.length} bytes follow the headers`);
  }
  return rest.subarray(0, length);
}

interface Described {
  method: string;
  path: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: Buffer;
  address: string;
  certificate: string;
}

function describe({ method, path, headers, body, address, certificate }: Described): CheckRequest {
  const read = noHeaders();
  for (const [written, value] of headers) {
    const name = REQUEST_HEADERS.find((candidate) => candidate === written);
    if (name !== undefined) read[name] = read[name] === undefined ? value : `${read[name]},${value}`;
  }
  return {
    http: { id: 'explain', method, path, headers: read, size: body.length, body },
    peerAddress: address,
    peerCertificate: encodeURIComponent(certificate),
  };
}

function invalid(problem: string): AuthzError {
  return new AuthzError('invalid_request_file', `The request cannot be read: ${problem}.`);
}
