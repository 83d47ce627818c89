import { z } from 'zod';
import { hostPort } from '../units.ts';

export const grpcSchema = z
  .strictObject({
    transport: z
      .enum(['fast', 'grpc-js'])
      .default('fast')
      .describe(
        'how authz and the rate limit service speak gRPC: by Gatehouse’s own server for unary calls, or by the library @grpc/grpc-js',
      ),
    streaming: z
      .strictObject({
        authz: hostPort()
          .optional()
          .describe('where authz also has what streams; nowhere where it is absent'),
        ratelimit: hostPort()
          .optional()
          .describe('where the rate limit service also has what streams; nowhere where it is absent'),
      })
      .prefault({})
      .describe(
        'further addresses, served by the library, where health can be watched (grpc.health.v1, Watch) and the service described (grpc.reflection) and called',
      ),
  })
  .prefault({});
