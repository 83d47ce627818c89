/** A part of a pattern between two separators: fixed text, with at most one placeholder within it. */
export interface PatternSegment {
  prefix: string;
  /** `name` of `{name}`, `*` for a part that nothing refers to; undefined for fixed text. */
  placeholder: string | undefined;
  suffix: string;
}

const SEGMENT = /^([^{}*]*)(?:\{([a-z][A-Za-z0-9]*)\}|(\*))?([^{}*]*)$/;

/**
 * Reads a pattern such as `spiffe://example.org/ns/{tenant}/sa/{client}`. With one placeholder a segment at most
 * there is only one way in which a name can fit, and finding it takes linear time.
 * @param separator what stands between segments; without it the whole text is one
 * @returns undefined when it is no pattern, or has a name twice
 */
export function parseNamePattern(text: string, separator?: string): PatternSegment[] | undefined {
  const segments: PatternSegment[] = [];
  for (const part of separator === undefined ? [text] : text.split(separator)) {
    const match = SEGMENT.exec(part);
    if (match === null) return undefined;
    const [, prefix = '', name, star, suffix = ''] = match;
    segments.push({ prefix, placeholder: name ?? star, suffix });
  }
  const names = namesOf(segments);
  return new Set(names).size === names.length ? segments : undefined;
}

/** The names that a pattern's placeholders give. */
export function namesOf(segments: readonly PatternSegment[]): string[] {
  const placeholders = segments.map(({ placeholder }) => placeholder ?? '*');
  return placeholders.filter((placeholder) => placeholder !== '*');
}

/** The names that a template such as `team-{tenant}` refers to. */
export function referencesOf(template: string): string[] {
  return [...template.matchAll(REFERENCE)].map(([, name]) => name ?? '');
}

/** A template with its references filled in. @param values every name that referencesOf gives */
export function fillNames(template: string, values: ReadonlyMap<string, string>): string {
  return template.replaceAll(REFERENCE, (_, name: string) => values.get(name) ?? '');
}

const REFERENCE = /\{([^{}]*)\}/g;
