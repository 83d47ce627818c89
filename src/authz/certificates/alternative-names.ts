export interface AlternativeNames {
  uris: string[];
  /** In lower case. */
  dnsNames: string[];
}

/** `, ` outside of a quoted name: within quotes a comma is text. */
const ENTRY = /([^:,"]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)/gy;

/**
 * Reads node:crypto's text form of a certificate's subjectAltName. A name that could be taken for more than one entry
 * is a JSON string there (Node.js documentation, x509.subjectAltName), so a comma in a name makes no second name.
 * @returns undefined when the text has another form
 */
export function parseAlternativeNames(text: string): AlternativeNames | undefined {
  const names: AlternativeNames = { uris: [], dnsNames: [] };
  let end = 0;
  for (const [entry, type = '', written = ''] of text.matchAll(ENTRY)) {
    end += entry.length;
    const name = written.startsWith('"') ? parseQuoted(written) : written;
    if (name === undefined) return undefined;
    if (type === 'URI') names.uris.push(name);
    if (type === 'DNS') names.dnsNames.push(name.toLowerCase());
  }
  return end === text.length ? names : undefined;
}

function parseQuoted(text: string): string | undefined {
  try {
    return String(JSON.parse(text));
  } catch {
    return undefined;
  }
}
