import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { ROOT } from '../../src/toolchain/index.ts';

interface Described {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, unknown> }> }>>;
}

const DOCUMENT = JSON.parse(readFileSync(join(ROOT, 'docs/admin-openapi.json'), 'utf8')) as Described;
const SHAPES = Object.entries(DOCUMENT.paths).map(([path, methods]) => ({
  path,
  methods,
  pattern: new RegExp(`^${path.replaceAll('.', '[.]').replace(/\{\w+\}/g, '[^/]+')}$`),
}));
// Keywords of OpenAPI's own, and formats that are not looked at.
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(DOCUMENT, 'admin');

/** The text of what the admin API has answered, which is as docs/admin-openapi.json says. */
export async function describedText(method: string, answer: Response): Promise<string> {
  const text = await answer.text();
  const contentType = answer.headers.get('content-type') ?? undefined;
  const path = new URL(answer.url).pathname;
  expect(undescribed({ method, path }, { status: answer.status, contentType, text })).toEqual([]);
  return text;
}

/**
 * What is different about an answer from what docs/admin-openapi.json says of it.
 * @param contentType of the answer, with parameters or without; undefined for an empty one
 * @returns [] where nothing is, and for a path that is not described at all, such as a page's
 */
export function undescribed(
  call: { method: string; path: string },
  answer: { status: number; contentType: string | undefined; text: string },
): string[] {
  const [path = ''] = call.path.split('?', 1);
  const shape = SHAPES.find(({ pattern }) => pattern.test(path));
  const operation = shape?.methods[call.method.toLowerCase()];
  if (shape === undefined || operation === undefined) return [];
  const where = `${call.method} ${shape.path}, ${answer.status}`;
  const response = operation.responses[answer.status];
  if (response === undefined) return [`${where}: not described`];
  const media = answer.contentType?.split(';', 1)[0];
  if (answer.text === '' || media === undefined) return response.content ? [`${where}: is empty`] : [];
  if (response.content?.[media] === undefined) return [`${where}: ${media} is not described`];
  if (!media.endsWith('json')) return [];
  const pointer = ['paths', shape.path, call.method.toLowerCase(), 'responses', String(answer.status)]
    .concat('content', media, 'schema')
    .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  const validate = ajv.getSchema(`admin#/${pointer}`);
  if (validate === undefined) return [`${where}: has no schema`];
  if (validate(JSON.parse(answer.text)) === true) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${where}: ${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
