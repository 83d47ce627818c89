import contentDisposition from 'content-disposition';
import type { Artifact } from '../../jobs/index.ts';

export type Disposition = 'inline' | 'attachment';

/**
 * What browsers show without running anything of it. Everything else is a download, unless it is asked for inline:
 * a job may have been talked into writing a page.
 */
const SHOWN =
  /^(?:image\/(?!svg)|audio\/|video\/|text\/(?:plain|markdown|csv|x-diff)|application\/(?:pdf|json))/;

/**
 * Shows what there is and runs nothing: no script, no form, no request to anywhere. PDF has no such headers, since the
 * viewer of browsers does not work in a sandbox; it has one of its own.
 */
const SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

/** For who does not know filename* (RFC 6266, appendix D). */
function asciiOf(name: string): string {
  return name.replace(/[^ -~]/g, '_');
}

/** The headers of a file, which a job wrote and nobody vouches for. */
export function artifactHeaders(
  { path, contentType, sha256 }: Artifact,
  asked: Disposition | undefined,
): Record<string, string> {
  const disposition = asked ?? (SHOWN.test(contentType) ? 'inline' : 'attachment');
  return {
    'content-type': contentType,
    'content-disposition': contentDisposition(path, { type: disposition, fallback: asciiOf(path) }),
    'x-content-type-options': 'nosniff',
    ...(contentType !== 'application/pdf' && { 'content-security-policy': SANDBOX }),
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'accept-ranges': 'bytes',
    etag: `"${sha256}"`,
    // Compressed, its ranges would be those of something else.
    'cache-control': 'private, no-cache, no-transform',
  };
}
