import { suggestNearest } from '../../spelling/index.ts';
import { LimitsError } from '../administration/error.ts';
import { type PathStep, type PlacedLimit, placedLimits } from '../rules/named-limits.ts';
import type { RuleSet } from '../rules/rule.ts';
import { fitsWildcard, parseWildcard } from '../rules/wildcard.ts';
import type { OverrideTarget } from './override.ts';

/** As many names in a message as one still reads. */
const MAX_SHOWN = 20;

/**
 * Checks that an override names a limit that there is, with entries that its descriptors can have.
 * @param burst whether it sets a burst, which only a token bucket has
 * @throws LimitsError unknown_domain, unknown_limit or invalid_override that says what there is
 */
export function checkOverrideTarget(rules: RuleSet, target: OverrideTarget, burst: boolean): void {
  const placed = limitsNamed(rules, target.domain, target.limit);
  const paths = placed.filter(({ path }) => problemWith(path, target.entries) === undefined);
  if (paths.length === 0) {
    const reason = problemWith((placed[0] as PlacedLimit).path, target.entries);
    throw new LimitsError('invalid_override', `${target.limit} can never have these entries: ${reason}.`);
  }
  if (burst && !paths.every(({ limit }) => limit.algorithm.kind === 'token_bucket')) {
    throw new LimitsError('invalid_override', `${target.limit} is no token bucket, so it has no burst.`);
  }
}

/** The limits of one name; a file may have a name in several places. At least one. */
function limitsNamed(rules: RuleSet, domain: string, name: string): PlacedLimit[] {
  const found = rules.get(domain);
  if (found === undefined) {
    const domains = [...rules.keys()];
    throw new LimitsError(
      'unknown_domain',
      `There is no domain "${domain}"${suggestNearest(domain, domains) || '.'} Use ${listed(domains)}.`,
    );
  }
  const all = [...placedLimits(found.tree)];
  const placed = all.filter(({ limit }) => limit.name === name);
  if (name !== '' && placed.length > 0) return placed;
  const names = [...new Set(all.map(({ limit }) => limit.name))].filter((other) => other !== '');
  const known =
    names.length === 0 ? 'No limit of it has a name: give it one in the rule file.' : `Use ${listed(names)}.`;
  throw new LimitsError(
    'unknown_limit',
    `Domain ${domain} has no limit "${name}"${suggestNearest(name, names) || '.'} ${known}`,
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_SHOWN).join(', ');
  return names.length > MAX_SHOWN ? `${shown} or one of ${names.length - MAX_SHOWN} more` : shown;
}

/** Why no descriptor on a path can have the entries; undefined where one can. */
function problemWith(path: readonly PathStep[], entries: OverrideTarget['entries']): string | undefined {
  for (const [key, value] of Object.entries(entries)) {
    const step = path.find((candidate) => candidate.key === key);
    if (step === undefined) {
      const keys = path.map((candidate) => candidate.key).join(', ');
      return `its descriptors have no ${key}, but ${keys}`;
    }
    const pattern = step.value === undefined ? undefined : parseWildcard(step.value);
    const fits = pattern === undefined ? (step.value ?? value) === value : fitsWildcard(pattern, value);
    if (!fits) return `it is for ${key}=${step.value}, not ${key}=${value}`;
  }
  return undefined;
}
