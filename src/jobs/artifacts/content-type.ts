import { extname } from 'node:path/posix';
import { contentType as contentTypeOf } from 'mime-types';

const UNKNOWN = 'application/octet-stream';
/** Patches are text that people read; no registry has them. */
const OWN: Record<string, string> = {
  '.patch': 'text/x-diff; charset=utf-8',
  '.diff': 'text/x-diff; charset=utf-8',
};

/** From an artifact's path to its media type, by the extension; with a charset where it is text. */
export function contentType(path: string): string {
  const extension = extname(path).toLowerCase();
  if (extension === '') return UNKNOWN;
  return OWN[extension] ?? (contentTypeOf(extension) || UNKNOWN);
}
