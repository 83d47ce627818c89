import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { beforeAll, expect, it } from 'vitest';
import { ROOT } from '../../src/toolchain/index.ts';
import { goProgram } from '../support/go-program.ts';

const OURS = join(ROOT, 'protos');
const files = globSync('**/*.proto', { cwd: OURS }).sort();

/** Full name of a message, enum or service to its lines, such as `3 hits_addend: uint32`. */
type Definitions = Record<string, string[]>;

let published: Definitions | undefined;
let missing = '';
beforeAll(async () => {
  const program = await goProgram(join(ROOT, 'test/conformance/envoy-api'));
  if ('missing' in program) missing = program.missing;
  else published = JSON.parse(execFileSync(program.program, { encoding: 'utf8', maxBuffer: 1 << 26 }));
}, 300_000);

/** protobufjs brings google/protobuf/*.proto itself. */
function load(file: string): protobuf.Root {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) =>
    target.startsWith('google/protobuf/') ? target : join(OURS, target);
  return root.loadSync(file, { keepCase: true }).resolveAll() as protobuf.Root;
}

function define(object: protobuf.ReflectionObject, into: Definitions): Definitions {
  const name = object.fullName.slice(1);
  if (object instanceof protobuf.Type) into[name] = object.fieldsArray.map(fieldLine);
  if (object instanceof protobuf.Enum) {
    into[name] = Object.entries(object.values).map(([value, number]) => `${number} ${value}`);
  }
  if (object instanceof protobuf.Service) into[name] = object.methodsArray.map(methodLine);
  if (object instanceof protobuf.Namespace) for (const nested of object.nestedArray) define(nested, into);
  return into;
}

function fieldLine(field: protobuf.Field): string {
  const type = field.resolvedType?.fullName.slice(1) ?? field.type;
  if (field instanceof protobuf.MapField) return `${field.id} ${field.name}: map<${field.keyType}, ${type}>`;
  return `${field.id} ${field.name}: ${field.repeated ? 'repeated ' : ''}${type}`;
}

function methodLine(method: protobuf.Method): string {
  const side = (type: protobuf.Type | null, stream?: boolean) =>
    `${stream ? 'stream ' : ''}${type?.fullName.slice(1)}`;
  const request = side(method.resolvedRequestType, method.requestStream);
  return `${method.name}(${request}): ${side(method.resolvedResponseType, method.responseStream)}`;
}

/** Published in go-control-plane's repository since 2026, in no tagged version of its ratelimit module yet. */
const UNTAGGED = ['7 quota_mode: bool', '8 metadata: google.protobuf.Struct'];

it.for(files)(
  'protos/%s says nothing but what is published: numbers, names, types, methods',
  (file, context) => {
    if (published === undefined) return context.skip(missing);
    const ours = Object.entries(define(load(file), {})).filter(
      ([name]) => !name.startsWith('google.protobuf.'),
    );
    expect(ours).not.toEqual([]);
    for (const [name, lines] of ours) {
      expect(published[name], `${name} is published`).toBeDefined();
      expect(published[name], name).toEqual(
        expect.arrayContaining(lines.filter((line) => !UNTAGGED.includes(line))),
      );
    }
  },
);
