import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { lookup } from 'mime-types';
import { ROOT } from '../toolchain/index.ts';

/** The forms that the build leaves beside a file, the smallest first. */
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;
/** A year: the name of such a file changes with what is in it. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
const ENTRY = 'index.html';

/** operator: the dashboard. caller: the page of those who send jobs. */
export type PageName = 'operator' | 'caller';

export interface PageAnswer {
  body: Buffer;
  headers: Record<string, string>;
}

interface BuiltFile {
  plain: Buffer;
  encoded: ReadonlyMap<string, Buffer>;
  headers: Record<string, string>;
}

/** What scripts/build-ui.ts has built of a page. @returns undefined where it has not */
export function builtPages(name: PageName): BuiltPages | undefined {
  return BuiltPages.read(join(ROOT, 'dist/ui', name));
}

/** The files of one built page, in memory: less than 200 KB, and none is ever looked up on disk by a caller's path. */
export class BuiltPages {
  readonly #files: ReadonlyMap<string, BuiltFile>;

  private constructor(files: ReadonlyMap<string, BuiltFile>) {
    this.#files = files;
  }

  /** @returns undefined where the folder holds no built page */
  static read(folder: string): BuiltPages | undefined {
    const paths = listFiles(folder);
    if (!paths.includes(ENTRY)) return undefined;
    const plain = paths.filter((path) => !ENCODINGS.some(({ suffix }) => path.endsWith(suffix)));
    return new BuiltPages(new Map(plain.map((path) => [path, readBuilt(folder, path, new Set(paths))])));
  }

  /**
   * A file in the smallest form that the browser takes. A path without a dot is a place within the page, which the page
   * itself finds.
   * @param path without the page's own and the leading slash
   */
  answer(path: string, acceptEncoding: string | undefined): PageAnswer | undefined {
    const file = this.#files.get(path) ?? (path.includes('.') ? undefined : this.#files.get(ENTRY));
    if (file === undefined) return undefined;
    for (const { name } of ENCODINGS) {
      const body = file.encoded.get(name);
      if (body !== undefined && accepts(acceptEncoding, name)) {
        return { body, headers: { ...file.headers, 'content-encoding': name } };
      }
    }
    return { body: file.plain, headers: file.headers };
  }
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function readBuilt(folder: string, path: string, all: ReadonlySet<string>): BuiltFile {
  const read = (name: string) => readFileSync(join(folder, name));
  const present = ENCODINGS.filter(({ suffix }) => all.has(path + suffix));
  const type = lookup(path) || 'application/octet-stream';
  return {
    plain: read(path),
    encoded: new Map(present.map(({ name, suffix }) => [name, read(path + suffix)])),
    headers: {
      'content-type': /^text\//.test(type) ? `${type}; charset=utf-8` : type,
      'cache-control': path.startsWith('assets/') ? IMMUTABLE : 'no-cache',
      vary: 'accept-encoding',
    },
  };
}

/** RFC 9110, section 12.5.3, as far as browsers use it. */
function accepts(header: string | undefined, encoding: string): boolean {
  return (header ?? '').split(',').some((part) => {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    return name === encoding && !parameters.some((text) => /^q=0(\.0*)?$/.test(text));
  });
}
