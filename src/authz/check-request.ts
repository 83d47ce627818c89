import type { SubmittedBody } from './body/examine.ts';
import { clientAddress } from './client-address.ts';
import { AuthzError } from './errors.ts';
import type { RouteMatch, RouteTable } from './routes/table.ts';

/** envoy.service.auth.v3.CheckRequest as the gRPC server hands it over: the fields that are read. */
export interface CheckRequest {
  attributes: { source?: Peer | null; request: { http: HttpRequest | null } | null } | null;
}

interface Peer {
  address: { socket_address?: { address: string } | null } | null;
  /** URL-encoded PEM; only of a certificate that Envoy verified. */
  certificate: string;
}

interface HttpRequest {
  id: string;
  method: string;
  path: string;
  /** -1 when unknown. */
  size: number;
  headers: Record<string, string>;
  /** Instead of headers where the filter has `encode_raw_headers`. */
  header_map: { headers: { key: string; value: string; raw_value: Uint8Array }[] } | null;
  body: string;
  /** Instead of body where the filter has `pack_as_bytes`. */
  raw_body: Uint8Array;
}

/** What authz needs to know of a request. */
export interface RequestFacts {
  requestId: string;
  method: string;
  /** With the query string. */
  path: string;
  route: RouteMatch;
  /** By lower-case name; values of a repeated header are joined with a comma. */
  header(name: string): string | undefined;
  body: Uint8Array;
  /** Envoy did not hand over the whole body. */
  isPartial: boolean;
  source: Source;
}

/** Who is at the other end, as Envoy saw it; nothing of it comes from what a caller can write. */
export interface Source {
  /** IPv4 or IPv6, of the caller also behind trusted proxies; empty where Envoy does not say. */
  address: string;
  /** PEM of the client's certificate, which Envoy verified; empty without one. */
  certificate: string;
}

/** A request id that is fit for headers and logs; Envoy's own are UUIDs. */
export const REQUEST_ID_PATTERN = /^[\x21-\x7e]{1,128}$/;

/** How requests are read here. */
export interface CheckRequestReading {
  routes: RouteTable;
  /** Proxies in front of Envoy, as in its xff_num_trusted_hops. */
  trustedHops: number;
}

/** @throws AuthzError not_http when Envoy asks about something other than an HTTP request */
export function readCheckRequest(
  request: CheckRequest,
  { routes, trustedHops }: CheckRequestReading,
): RequestFacts {
  const http = request.attributes?.request?.http;
  if (!http)
    throw new AuthzError('not_http', 'Envoy asked about a connection; only its HTTP filter is served.');
  const headers = headersOf(http);
  const header = (name: string) => headers[name];
  const body = http.raw_body.length > 0 ? http.raw_body : Buffer.from(http.body);
  return {
    requestId: requestIdFrom(http, headers),
    method: http.method,
    path: http.path,
    route: routes.match(http.method, http.path),
    header,
    body,
    // Envoy cuts a body that exceeds the limit within its last HTTP/2 frame, and sends all of it upstream.
    isPartial: header('x-envoy-auth-partial-body') === 'true' || http.size > body.length,
    source: sourceOf(request.attributes?.source, header('x-forwarded-for'), trustedHops),
  };
}

/** Without reading anything else of the request. */
export function requestIdOf(request: CheckRequest): string {
  const http = request.attributes?.request?.http;
  return http ? requestIdFrom(http, headersOf(http)) : '';
}

function requestIdFrom(http: HttpRequest, headers: Record<string, string>): string {
  const requestId = headers['x-request-id'] ?? '';
  return REQUEST_ID_PATTERN.test(requestId) ? requestId : http.id;
}

/** What of a request counts as its submission. */
export function submittedBody({ header, body, isPartial }: RequestFacts): SubmittedBody {
  return {
    bytes: body,
    isPartial,
    contentType: header('content-type'),
    contentEncoding: header('content-encoding'),
    repository: header('x-repo'),
    branch: header('x-branch'),
  };
}

function sourceOf(
  peer: Peer | null | undefined,
  forwardedFor: string | undefined,
  trustedHops: number,
): Source {
  const address = peer?.address?.socket_address?.address ?? '';
  return {
    address: clientAddress(address, forwardedFor, trustedHops),
    certificate: decodeURIComponent(peer?.certificate ?? ''),
  };
}

function headersOf({ headers, header_map }: HttpRequest): Record<string, string> {
  if (header_map === null) return headers;
  const joined: Record<string, string> = {};
  for (const { key, value, raw_value } of header_map.headers) {
    const text = raw_value.length > 0 ? Buffer.from(raw_value).toString('latin1') : value;
    joined[key] = Object.hasOwn(joined, key) ? `${joined[key]},${text}` : text;
  }
  return joined;
}
