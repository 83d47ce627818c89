import type { UnaryService } from '../../grpc/index.ts';
import type { Decide } from './decide.ts';
import type { RateLimitRequest } from './message.ts';
import { struct } from './struct.ts';

/** envoy.service.ratelimit.v3.RateLimitService */
export function rateLimitService(decide: Decide): UnaryService {
  return {
    name: 'envoy.service.ratelimit.v3.RateLimitService',
    proto: 'envoy/service/ratelimit/v3/rls.proto',
    methods: {
      ShouldRateLimit: {
        async handler(request: RateLimitRequest, call) {
          const { dynamic_metadata, ...answer } = await decide(request, call.metadata('x-request-id'));
          return dynamic_metadata === undefined
            ? answer
            : { ...answer, dynamic_metadata: struct(dynamic_metadata) };
        },
      },
    },
  };
}
