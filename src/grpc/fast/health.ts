import { StatusError, type UnaryService } from '../service.ts';
import { Status } from '../status.ts';

export interface Health {
  service: UnaryService;
  setServing(serving: boolean): void;
}

/** grpc.health.v1 as far as it is unary: Check. @param names of services, and any others that may be asked for */
export function createHealth(names: readonly string[]): Health {
  const known = new Set(['', ...names]);
  let isServing = true;
  return {
    service: {
      name: 'grpc.health.v1.Health',
      proto: 'grpc/health/v1/health.proto',
      methods: {
        Check: {
          handler({ service }: { service: string }) {
            if (!known.has(service)) throw new StatusError(Status.NOT_FOUND, 'there is no such service');
            return { status: isServing ? 'SERVING' : 'NOT_SERVING' };
          },
        },
      },
    },
    setServing(serving) {
      isServing = serving;
    },
  };
}
