import { z } from 'zod';

export const grpcSchema = z
  .strictObject({
    transport: z
      .enum(['fast', 'grpc-js'])
      .default('grpc-js')
      .describe(
        'how authz and the rate limit service speak gRPC: by Gatehouse’s own server for unary calls, or by the library @grpc/grpc-js',
      ),
  })
  .prefault({});
