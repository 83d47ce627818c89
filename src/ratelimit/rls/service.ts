import type { UnaryMethod, UnaryService } from '../../grpc/index.ts';
import { type Tracer, tracedCall } from '../../telemetry/index.ts';
import { decodeRequest } from './codec/request.ts';
import { encodeResponse } from './codec/response.ts';
import type { Decide } from './decide.ts';
import type { RateLimitRequest, RateLimitResponse } from './message.ts';

const SERVICE = 'envoy.service.ratelimit.v3.RateLimitService';

/** envoy.service.ratelimit.v3.RateLimitService */
export function rateLimitService(decide: Decide, tracer: Tracer): UnaryService {
  const ShouldRateLimit: UnaryMethod<RateLimitRequest, RateLimitResponse> = {
    codec: { decode: decodeRequest, encode: encodeResponse },
    handler: tracedCall({ tracer, service: SERVICE, method: 'ShouldRateLimit', describe }, (request, call) =>
      decide(request, call.metadata('x-request-id'), call),
    ),
  };
  return {
    name: SERVICE,
    proto: 'envoy/service/ratelimit/v3/rls.proto',
    methods: { ShouldRateLimit },
  };
}

function describe({ overall_code }: RateLimitResponse) {
  return { attributes: { 'gatehouse.decision': overall_code } };
}
