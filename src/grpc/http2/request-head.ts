import { isPseudo, Meaning } from './hpack/field-name.ts';
import type { HeaderField } from './hpack/header-field.ts';

/** The fields of one header block, as they come from the decoder. Keeps no more of them than its limit. */
export class HeaderList {
  readonly fields: HeaderField[] = [];
  /** The first one of this name: asked for with every call. */
  traceparent: HeaderField | undefined;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  field(field: HeaderField): void {
    this.#bytes += field.size;
    if (this.#bytes <= this.#maxBytes) this.fields.push(field);
  }

  /** By RFC 9113 6.5.2, SETTINGS_MAX_HEADER_LIST_SIZE. */
  get isTooLarge(): boolean {
    return this.#bytes > this.#maxBytes;
  }

  /** First value of a field. @param name in lower case */
  get(name: string): string | undefined {
    for (const field of this.fields) if (field.name === name) return field.value;
    return undefined;
  }
}

/** What a request asks for (RFC 9113 8.3.1). */
export interface RequestHead {
  method: string;
  path: string;
  /** All, also the pseudo-headers. */
  headers: HeaderList;
  /** content-length, where there is one. */
  contentBytes: number | undefined;
}

/** @returns undefined where the request is malformed (RFC 9113 8.1.1) */
export function readRequestHead(headers: HeaderList): RequestHead | undefined {
  let method: string | undefined;
  let scheme: string | undefined;
  let path: string | undefined;
  let authority: string | undefined;
  let contentBytes: number | undefined;
  let isPastPseudo = false;
  for (const field of headers.fields) {
    if (!field.isWellFormed) return undefined;
    const { meaning } = field.fieldName;
    // 8.3: pseudo-headers come before all others, each at most once, and no other than these.
    if (isPseudo(meaning)) {
      if (isPastPseudo) return undefined;
      const { value } = field;
      if (meaning === Meaning.METHOD && method === undefined) method = value;
      else if (meaning === Meaning.SCHEME && scheme === undefined) scheme = value;
      else if (meaning === Meaning.PATH && path === undefined) path = value;
      else if (meaning === Meaning.AUTHORITY && authority === undefined) authority = value;
      else return undefined;
      continue;
    }
    isPastPseudo = true;
    switch (meaning) {
      case Meaning.CONTENT_LENGTH: {
        const { value } = field;
        if (!/^\d{1,15}$/.test(value) || (contentBytes ?? Number(value)) !== Number(value)) return undefined;
        contentBytes = Number(value);
        break;
      }
      case Meaning.TE:
        if (field.value !== 'trailers') return undefined;
        break;
      case Meaning.CONNECTION_SPECIFIC:
        return undefined;
      case Meaning.TRACEPARENT:
        headers.traceparent ??= field;
        break;
    }
  }
  if (method === undefined || scheme === undefined || path === undefined || path === '') return undefined;
  return { method, path, headers, contentBytes };
}

/** Whether fields may follow a request's content (RFC 9113 8.1): no pseudo-header is among them. */
export function areTrailers({ fields }: HeaderList): boolean {
  return fields.every((field) => field.isWellFormed && !isPseudo(field.fieldName.meaning));
}
