import type { Server } from '@grpc/grpc-js';
import type { EnumTypeDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { loadDefinitions } from '../protos.ts';
import type { UnaryService } from '../service.ts';
import { fileDescriptors } from './file-descriptors.ts';

const HEALTH = { name: 'grpc.health.v1.Health', proto: 'grpc/health/v1/health.proto' };

/** Has a server describe its services and grpc.health.v1, by grpc.reflection.v1 and v1alpha. */
export function addReflection(
  server: Server,
  services: readonly Pick<UnaryService, 'name' | 'proto'>[],
): void {
  const described = [...services, HEALTH];
  const fileDescriptorProtos = fileDescriptors(loadDefinitions(described.map(({ proto }) => proto)));
  // The library looks at nothing of a definition but its files.
  const files: EnumTypeDefinition = {
    format: 'Protocol Buffer 3 EnumDescriptorProto',
    type: {},
    fileDescriptorProtos,
  };
  const names = described.map(({ name }) => name);
  new ReflectionService({ files }, { services: names }).addToServer(server);
}
