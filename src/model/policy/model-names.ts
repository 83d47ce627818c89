import { longestMatch, matchesPattern } from '../model-pattern.ts';

/** Names that Claude Code takes for a model and chooses a model for itself. */
const CHOSEN_BY_CLI = new Map([
  ['opusplan', ['opus', 'sonnet']],
  ['default', ['opus', 'sonnet']],
  ['best', ['fable', 'opus']],
]);

/**
 * Whether a model on the wire is the one that somebody named. Claude Code makes `claude-sonnet-5-5` of `sonnet`, and
 * takes `[1m]` off a name.
 * @param named as a request, a permission or the configuration names it
 * @param wire the model of a request to the provider
 */
export function isNamed(named: string, wire: string): boolean {
  const name = named.replace(/\[\w+\]$/, '');
  if (name === wire) return true;
  const chosen = CHOSEN_BY_CLI.get(name);
  if (chosen !== undefined) return chosen.some((family) => isOfFamily(family, wire));
  // A name without a date stands for its newest snapshot.
  if (wire.startsWith(name) && /^-\d{8}$/.test(wire.slice(name.length))) return true;
  return /^[a-z]+$/.test(name) && isOfFamily(name, wire);
}

function isOfFamily(family: string, wire: string): boolean {
  return wire.startsWith('claude-') && wire.split('-').slice(1).includes(family);
}

/** Which models a job may ask for beside its own. */
export interface ModelRules {
  /** Patterns of the small models that Claude Code asks for on its own account. */
  helperModels: readonly string[];
  /** refuse: none; permitted: those that the caller's permissions allow. */
  otherModels: 'refuse' | 'permitted';
}

/** What decides about a model. */
export interface ModelClaim {
  /** The job's own. */
  model: string;
  /** Absent: all are allowed. */
  allowedModels?: readonly string[] | undefined;
}

/** Whether a job may ask the provider for a model. */
export function mayAsk(wire: string, { model, allowedModels }: ModelClaim, rules: ModelRules): boolean {
  if (rules.helperModels.some((pattern) => matchesPattern(pattern, wire))) return true;
  const permitted = allowedModels === undefined || allowedModels.some((named) => isNamed(named, wire));
  if (rules.otherModels === 'permitted' && permitted) return true;
  return isNamed(model, wire) && (permitted || allowedModels.includes(model));
}

/** What a model is replaced by. @param mapping patterns and the models that stand for them */
export function mappedModel(model: string, mapping: ReadonlyMap<string, string>): string {
  return longestMatch(mapping, model) ?? model;
}
