import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import { ROOT } from '../src/toolchain/index.ts';

/**
 * Reads the types of src/admin/contract.ts as JSON Schema.
 * @returns what gives one type's schema and those of all that it consists of, by name; it throws where there is no such type
 */
export function contractSchemas(): (type: string) => Record<string, unknown> {
  const generator = createGenerator({
    path: join(ROOT, 'src/admin/contract.ts'),
    tsconfig: join(ROOT, 'tsconfig.json'),
    skipTypeCheck: true,
    additionalProperties: false,
    expose: 'export',
    jsDoc: 'basic',
  });
  return (type) => ({ ...generator.createSchema(type).definitions });
}
