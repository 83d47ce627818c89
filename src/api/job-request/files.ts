import { z } from 'zod';
import { isRelativePath } from '../../jobs/index.ts';

export interface FileLimits {
  maxFiles: number;
  /** Of all files of a request together, decoded. */
  maxBytes: number;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The files that a job begins with. Their paths name places in its working folder, and reach no other. */
export function jobFilesSchema({ maxFiles, maxBytes }: FileLimits) {
  const path = z
    .string()
    .refine(isRelativePath, 'expected a relative path without empty parts, . and ..')
    .describe('relative to the working folder');
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
    .refine((files) => !collide(files.map(({ path }) => path)), {
      error: 'expected each path once, and none below another',
    })
    .refine((files) => files.reduce((sum, each) => sum + bytesOf(each), 0) <= maxBytes, {
      error: `expected at most ${maxBytes} bytes in all files together`,
    });
}

function collide(paths: readonly string[]): boolean {
  const all = new Set(paths);
  if (all.size < paths.length) return true;
  return paths.some((path) => {
    const parts = path.split('/');
    return parts.some((_, depth) => depth > 0 && all.has(parts.slice(0, depth).join('/')));
  });
}

function bytesOf({ text = '', base64 = '' }: { text?: string | undefined; base64?: string | undefined }) {
  return Buffer.byteLength(text) + Buffer.byteLength(base64, 'base64');
}
