/** Whether a model's name is the pattern's, or begins as a pattern with `*` at its end says. */
export function matchesPattern(pattern: string, model: string): boolean {
  return pattern.endsWith('*') ? model.startsWith(pattern.slice(0, -1)) : pattern === model;
}

/** What stands at the pattern that says most of a model's name: the name itself, else its longest beginning. */
export function longestMatch<T>(entries: ReadonlyMap<string, T>, model: string): T | undefined {
  const exact = entries.get(model);
  if (exact !== undefined && !model.endsWith('*')) return exact;
  let best: string | undefined;
  for (const pattern of entries.keys()) {
    const longer = best === undefined || pattern.length > best.length;
    if (longer && pattern.endsWith('*') && matchesPattern(pattern, model)) best = pattern;
  }
  return best === undefined ? undefined : entries.get(best);
}
