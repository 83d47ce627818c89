import type { UnaryMethod, UnaryService } from '../../grpc/index.ts';
import { decodeRequest } from './codec/request.ts';
import { encodeResponse } from './codec/response.ts';
import type { Decide } from './decide.ts';
import type { RateLimitRequest, RateLimitResponse } from './message.ts';

/** envoy.service.ratelimit.v3.RateLimitService */
export function rateLimitService(decide: Decide): UnaryService {
  const ShouldRateLimit: UnaryMethod<RateLimitRequest, RateLimitResponse> = {
    codec: { decode: decodeRequest, encode: encodeResponse },
    handler: (request, call) => decide(request, call.metadata('x-request-id'), call.metadata('traceparent')),
  };
  return {
    name: 'envoy.service.ratelimit.v3.RateLimitService',
    proto: 'envoy/service/ratelimit/v3/rls.proto',
    methods: { ShouldRateLimit },
  };
}
