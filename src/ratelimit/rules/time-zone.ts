import type { Located, RuleSource } from '../../rule-files/index.ts';
import { suggestNearest } from '../../spelling/index.ts';

/** A name of the IANA time zone database, such as `Europe/Berlin`. */
export function readTimeZone(source: RuleSource, at: Located): string | undefined {
  const name = source.text(at);
  if (name === undefined || isTimeZone(name)) return name;
  const nearest = suggestNearest(name, Intl.supportedValuesOf('timeZone'));
  source.report(
    at,
    'invalid_time_zone',
    `expected a time zone such as Europe/Berlin, got "${name}"${nearest}`,
  );
  return undefined;
}

function isTimeZone(name: string): boolean {
  // Offsets such as +01:00 are no names: they know no summer time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
