import descriptor, { type IFileDescriptorProto } from 'protobufjs/ext/descriptor/index.js';
import { describe, expect, it } from 'vitest';
import { loadDefinitions } from '../protos.ts';
import { fileDescriptors } from './file-descriptors.ts';

const PROTOS = ['envoy/service/auth/v3/external_auth.proto', 'envoy/service/ratelimit/v3/rls.proto'];

function described(): Map<string, IFileDescriptorProto> {
  const files = fileDescriptors(loadDefinitions(PROTOS)).map(
    (bytes) => descriptor.FileDescriptorProto.decode(bytes) as object as IFileDescriptorProto,
  );
  return new Map(files.map((file) => [file.name ?? '', file]));
}

describe('the descriptors of files', () => {
  it('import the files of all types that they refer to, and no others', () => {
    const files = described();
    expect(files.get('envoy_service_auth_v3.proto')?.dependency.toSorted()).toEqual([
      'envoy_config_core_v3.proto',
      'envoy_type_v3.proto',
      'google_protobuf.proto',
      'google_rpc.proto',
    ]);
    expect(files.get('google_protobuf.proto')?.dependency).toEqual([]);
    const imported = [...files.values()].flatMap(({ dependency }) => dependency as string[]);
    expect([...files.keys()]).toEqual(expect.arrayContaining(imported));
  });

  it('have types by their full names', () => {
    const messages = described().get('envoy_service_auth_v3.proto')?.messageType ?? [];
    const fields = messages.find(({ name }) => name === 'DeniedHttpResponse')?.field ?? [];
    expect(fields.map(({ typeName }) => typeName).filter(Boolean)).toEqual([
      '.envoy.type.v3.HttpStatus',
      '.envoy.config.core.v3.HeaderValueOption',
    ]);
  });

  it('say what fields are called in JSON', () => {
    const messages = described().get('envoy_service_ratelimit_v3.proto')?.messageType ?? [];
    const fields = messages.find(({ name }) => name === 'RateLimitRequest')?.field ?? [];
    expect(fields.map(({ jsonName }) => jsonName)).toEqual(['domain', 'descriptors', 'hitsAddend']);
  });

  it('name the entries of maps as compilers do', () => {
    const messages = described().get('envoy_service_auth_v3.proto')?.messageType ?? [];
    const context = messages.find(({ name }) => name === 'AttributeContext');
    expect(context?.nestedType?.map(({ name }) => name)).toContain('ContextExtensionsEntry');
    expect(context?.field?.find(({ name }) => name === 'context_extensions')?.typeName).toBe(
      '.envoy.service.auth.v3.AttributeContext.ContextExtensionsEntry',
    );
  });
});
