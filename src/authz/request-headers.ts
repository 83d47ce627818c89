/** The headers that a decision depends on. Nothing else of a request's headers is looked at. */
export const REQUEST_HEADERS = [
  'authorization',
  'content-encoding',
  'content-type',
  'origin',
  'x-api-key',
  'x-branch',
  'x-envoy-auth-partial-body',
  'x-forwarded-for',
  'x-gatehouse-id-token',
  'x-repo',
  'x-request-id',
] as const;

export type RequestHeader = (typeof REQUEST_HEADERS)[number];

/** Values of a repeated header are joined with a comma. */
export type RequestHeaders = Record<RequestHeader, string | undefined>;

/** None yet; always all members in one order, which V8 reads fastest. */
export function noHeaders(): RequestHeaders {
  return {
    authorization: undefined,
    'content-encoding': undefined,
    'content-type': undefined,
    origin: undefined,
    'x-api-key': undefined,
    'x-branch': undefined,
    'x-envoy-auth-partial-body': undefined,
    'x-forwarded-for': undefined,
    'x-gatehouse-id-token': undefined,
    'x-repo': undefined,
    'x-request-id': undefined,
  };
}
