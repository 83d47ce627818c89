import type { Located, RuleSource } from '../../rule-files/index.ts';

/** The names in `replaces`, a list of `name: other-limit`. */
export function parseReplaces(source: RuleSource, at: Located | undefined, ownName: string): string[] {
  if (at === undefined) return [];
  return source.items(at).flatMap((item) => {
    const fields = source.fields(item, ['name']);
    if (fields === undefined) return [];
    const name = fields.name && source.text(fields.name);
    if (!name) {
      source.report(fields.name ?? item, 'missing_key', 'expected the name of a limit', `${item.path}.name`);
      return [];
    }
    if (name === ownName) {
      source.report(fields.name, 'replaces_itself', 'expected the name of another limit');
      return [];
    }
    return [name];
  });
}
