import type { PackageDefinition } from '@grpc/proto-loader';
import type { Message } from 'protobufjs';
import descriptor, {
  type IDescriptorProto,
  type IFileDescriptorProto,
} from 'protobufjs/ext/descriptor/index.js';

const { FileDescriptorProto } = descriptor;

/**
 * The descriptors of what @grpc/proto-loader has read, one file a package, as a compiler of Protocol Buffers writes them.
 * The loader leaves out what a file imports (https://github.com/grpc/grpc-node/issues/2595) and what fields are called in
 * JSON, has types by relative names, and names the entries of maps in a way of its own, so that clients cannot put the files
 * together.
 */
export function fileDescriptors(definitions: PackageDefinition): Buffer[] {
  const files = readFiles(definitions);
  for (const { message } of files.flatMap(messagesOf)) nameFields(message);
  const homes: Homes = new Map();
  for (const file of files) {
    for (const { name, message } of messagesOf(file)) {
      homes.set(name, file);
      for (const each of message.enumType ?? []) homes.set(`${name}.${each.name}`, file);
    }
    for (const each of file.enumType ?? []) homes.set(`${file.package}.${each.name}`, file);
  }
  for (const file of files) nameTypes(file, homes);
  return files.map((file) => Buffer.from(FileDescriptorProto.encode(file).finish()));
}

/** Which file has a type, by the type's full name. */
type Homes = Map<string, IFileDescriptorProto>;

function readFiles(definitions: PackageDefinition): IFileDescriptorProto[] {
  const files = new Map<string, IFileDescriptorProto>();
  for (const definition of Object.values(definitions)) {
    // Services have none.
    if (!Array.isArray(definition.fileDescriptorProtos)) continue;
    for (const bytes of definition.fileDescriptorProtos) {
      const file = FileDescriptorProto.decode(bytes) as Message & IFileDescriptorProto;
      files.set(file.name ?? '', file);
    }
  }
  return [...files.values()];
}

/** All messages of a file, also those within others, with their full names. */
function messagesOf(file: IFileDescriptorProto): { name: string; message: IDescriptorProto }[] {
  const within = (scope: string, messages: readonly IDescriptorProto[] = []) =>
    messages.flatMap((message): { name: string; message: IDescriptorProto }[] => {
      const name = `${scope}.${message.name}`;
      return [{ name, message }, ...within(name, message.nestedType)];
    });
  return within(file.package ?? '', file.messageType);
}

/** As descriptor.proto has it of FieldDescriptorProto.json_name, and of MessageOptions.map_entry. */
function nameFields(message: IDescriptorProto): void {
  for (const field of message.field ?? []) {
    field.jsonName = camelCase(field.name ?? '');
    const entry = message.nestedType?.find(
      ({ name, options }) => name === field.typeName && options?.mapEntry,
    );
    if (entry === undefined) continue;
    entry.name = `${camelCase(`_${field.name}`)}Entry`;
    field.typeName = entry.name;
  }
}

function camelCase(name: string): string {
  return name.replace(/_+(.?)/g, (_, letter: string) => letter.toUpperCase());
}

/** Has each type by its full name, and imports its file. */
function nameTypes(file: IFileDescriptorProto, homes: Homes): void {
  const imports = new Set<string>();
  const named = (typeName: string, scope: string): string => {
    const name = lookUp(typeName, scope, homes);
    const home = homes.get(name);
    if (home?.name !== undefined && home !== file) imports.add(home.name);
    return `.${name}`;
  };
  for (const { name, message } of messagesOf(file)) {
    for (const field of message.field ?? []) {
      if (field.typeName) field.typeName = named(field.typeName, name);
    }
  }
  for (const method of (file.service ?? []).flatMap((service) => service.method ?? [])) {
    method.inputType = named(method.inputType ?? '', file.package ?? '');
    method.outputType = named(method.outputType ?? '', file.package ?? '');
  }
  file.dependency = [...imports];
}

/** A name means what the innermost scope has of it. @throws where none has */
function lookUp(typeName: string, scope: string, homes: Homes): string {
  if (typeName.startsWith('.')) return typeName.slice(1);
  for (let at = scope; ; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const name = at === '' ? typeName : `${at}.${typeName}`;
    if (homes.has(name)) return name;
    if (at === '') throw new Error(`${scope} refers to ${typeName}, which nothing defines`);
  }
}
