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
    healthWatch: z
      .strictObject({
        authz: hostPort().optional().describe('of authz'),
        ratelimit: hostPort().optional().describe('of the rate limit service'),
      })
      .prefault({})
      .describe(
        'addresses where health can be watched (grpc.health.v1, Watch), which streams and so needs the library; Check is always beside the service',
      ),
  })
  .prefault({});
