import type { SubmittedBody } from './body/examine.ts';
import { clientAddress } from './client-address.ts';
import { AuthzError } from './errors.ts';
import type { InspectionPolicy } from './inspection/policy.ts';
import type { RequestHeaders } from './request-headers.ts';
import type { RouteMatch, RouteTable } from './routes/table.ts';

/** What is read of an envoy.service.auth.v3.CheckRequest. */
export interface CheckRequest {
  /** undefined where Envoy asks about something other than an HTTP request. */
  http: HttpRequest | undefined;
  /** Of the connection's other end; empty where Envoy does not say. */
  peerAddress: string;
  /** URL-encoded PEM; only of a certificate that Envoy verified, else empty. */
  peerCertificate: string;
}

export interface HttpRequest {
  /** Envoy's own number of the stream. */
  id: string;
  method: string;
  /** With the query string. */
  path: string;
  /** Bytes of the whole body; -1 when unknown. */
  size: number;
  headers: RequestHeaders;
  /** The bytes of the header of this name, where they are at hand. */
  authorization?: Uint8Array | undefined;
  body: Uint8Array;
}

/** What authz needs to know of a request. */
export interface RequestFacts {
  requestId: string;
  method: string;
  /** With the query string. */
  path: string;
  route: RouteMatch;
  headers: RequestHeaders;
  /** As in HttpRequest. */
  authorization: Uint8Array | undefined;
  body: Uint8Array;
  /** Envoy did not hand over the whole body. */
  isPartial: boolean;
  source: Source;
}

/** Who is at the other end, as Envoy saw it; nothing of it comes from what a caller can write. */
export interface Source {
  /** IPv4 or IPv6, of the caller also behind trusted proxies; empty where Envoy does not say. */
  address: string;
  /** URL-encoded PEM of the client's certificate, which Envoy verified; empty without one. */
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
export function readCheckRequest(request: CheckRequest, reading: CheckRequestReading): RequestFacts {
  const { http } = request;
  if (http === undefined)
    throw new AuthzError('not_http', 'Envoy asked about a connection; only its HTTP filter is served.');
  return new Facts(request, http, reading);
}

/** What only few decisions ask for is read when it is asked for. */
class Facts implements RequestFacts {
  readonly method: string;
  readonly path: string;
  readonly route: RouteMatch;
  readonly headers: RequestHeaders;
  readonly body: Uint8Array;
  readonly isPartial: boolean;
  readonly source: Source;
  readonly #http: HttpRequest;

  constructor(
    { peerAddress, peerCertificate }: CheckRequest,
    http: HttpRequest,
    { routes, trustedHops }: CheckRequestReading,
  ) {
    const { method, path, headers, body, size } = http;
    this.method = method;
    this.path = path;
    this.route = routes.match(method, path);
    this.headers = headers;
    this.body = body;
    // Envoy cuts a body that exceeds the limit within its last HTTP/2 frame, and sends all of it upstream.
    this.isPartial = headers['x-envoy-auth-partial-body'] === 'true' || size > body.length;
    this.source = {
      // Without trusted proxies nothing of the header counts, so it is not even read.
      address:
        trustedHops === 0 ? peerAddress : clientAddress(peerAddress, headers['x-forwarded-for'], trustedHops),
      certificate: peerCertificate,
    };
    this.#http = http;
  }

  get requestId(): string {
    return requestIdFrom(this.#http);
  }

  get authorization(): Uint8Array | undefined {
    return this.#http.authorization;
  }
}

/** Without reading anything else of the request. */
export function requestIdOf({ http }: CheckRequest): string {
  return http === undefined ? '' : requestIdFrom(http);
}

function requestIdFrom({ headers, id }: HttpRequest): string {
  const requestId = headers['x-request-id'] ?? '';
  return REQUEST_ID_PATTERN.test(requestId) ? requestId : id;
}

/** What of a request counts as its submission. @param inspection how its texts are judged */
export function submittedBody(
  { headers, body, isPartial }: RequestFacts,
  inspection: InspectionPolicy | undefined,
): SubmittedBody {
  return {
    bytes: body,
    isPartial,
    contentType: headers['content-type'],
    contentEncoding: headers['content-encoding'],
    repository: headers['x-repo'],
    branch: headers['x-branch'],
    inspection,
  };
}
