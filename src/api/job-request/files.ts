import { z } from 'zod';
import { isRelativePath } from '../../jobs/index.ts';

export interface FileLimits {
  maxFiles: number;
  /** Of all files of a request together, decoded. */
  maxBytes: number;
}

const PATH_EXPECTED =
  'expected a relative path without empty parts, . and .., backslashes and control characters, ' +
  'of at most 512 bytes, 16 parts, and 255 bytes in a part';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The files that a job begins with. Their paths name places in its working folder, and reach no other. */
export function jobFilesSchema({ maxFiles, maxBytes }: FileLimits) {
  const path = z.string().refine(isRelativePath, PATH_EXPECTED).describe('relative to the working folder');
  const file = z
    .strictObject({
      path,
      text: z.string().optional().describe('the content, where it is text'),
      base64: z
        .string()
        .regex(BASE64, 'expected base64 (RFC 4648, section 4)')
        .optional()
        .describe('the content, where it is not'),
    })
    .refine(({ text, base64 }) => (text === undefined) !== (base64 === undefined), {
      error: 'expected either text or base64',
    });
  return z
    .array(file)
    .max(maxFiles, `expected at most ${maxFiles} files`)
    .superRefine((files, context) => {
      const index = collision(files.map(({ path }) => path));
      if (index === undefined) return;
      const message = 'expected each path once, and none below another';
      context.addIssue({ code: 'custom', path: [index, 'path'], message });
    })
    .refine((files) => files.reduce((sum, each) => sum + bytesOf(each), 0) <= maxBytes, {
      error: `expected at most ${maxBytes} bytes in all files together`,
    });
}

/** Which path, by its index, is another's again or lies below another; the first such. */
function collision(paths: readonly string[]): number | undefined {
  const all = new Set(paths);
  const index = paths.findIndex((path, at) => {
    const parts = path.split('/');
    const isBelowAnother = parts.some((_, depth) => depth > 0 && all.has(parts.slice(0, depth).join('/')));
    return isBelowAnother || paths.indexOf(path) < at;
  });
  return index < 0 ? undefined : index;
}

function bytesOf({ text = '', base64 = '' }: { text?: string | undefined; base64?: string | undefined }) {
  return Buffer.byteLength(text) + Buffer.byteLength(base64, 'base64');
}
