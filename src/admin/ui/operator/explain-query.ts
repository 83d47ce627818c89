/** What the explain box asks for: `calls=submit tier=pro tenant=acme`, one entry a word, in the order of the rule. */
export function entriesOf(text: string): string[] {
  return text.split(/\s+/).filter((part) => part !== '');
}

/** What is wrong with a text for the explain box; undefined where nothing is. */
export function problemOfEntries(text: string): string | undefined {
  const entries = entriesOf(text);
  if (entries.length === 0) return 'Write the entries of a descriptor, such as calls=submit tier=pro.';
  const wrong = entries.find((entry) => !/^[^=]+=/.test(entry));
  return wrong === undefined ? undefined : `${wrong}: expected key=value, such as tenant=acme.`;
}

/** The query of `GET /api/limits/explain`. */
export function explainPath(domain: string, text: string): string {
  const query = new URLSearchParams([
    ['domain', domain],
    ...entriesOf(text).map((entry) => ['entry', entry]),
  ]);
  return `/api/limits/explain?${query}`;
}
