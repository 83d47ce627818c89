import { parse } from 'yaml';
import type { ConfigIssue } from './issue.ts';
import { nearestKey, shapeAt } from './shape.ts';

/** One value that --set or the environment puts over the file's. */
export interface Override {
  /** Where it was said: `--set a.b` or `GATEHOUSE_A__B`. */
  where: string;
  path: string[];
  value: unknown;
}

const ENVIRONMENT_PREFIX = 'GATEHOUSE_';
/** What the documents call a caller's API key: it is for curl and no setting, and may well be exported. */
const CALLERS_KEY = 'GATEHOUSE_KEY';

/** `a.b.c=value`; the value is read as YAML, so that numbers, lists and true/false can be given. */
export function overrideFromSet(argument: string): Override | ConfigIssue {
  const equals = argument.indexOf('=');
  // Of an argument that is not understood only what looks like a path is repeated: the rest may be a password.
  const where = `--set ${equals < 0 ? /^[\w.]*/.exec(argument)?.[0] : argument.slice(0, equals)}`;
  if (equals < 1) return { where, path: '', message: 'expected a.b.c=value' };
  const path = argument.slice(0, equals).split('.');
  return known(where, path) ?? { where, path, value: readValue(path, argument.slice(equals + 1)) };
}

/** Every `GATEHOUSE_A__B` of an environment; case and single underscores inside a part do not count. */
export function overridesFromEnvironment(env: NodeJS.ProcessEnv): (Override | ConfigIssue)[] {
  return Object.entries(env)
    .filter(([name]) => name.startsWith(ENVIRONMENT_PREFIX) && name !== CALLERS_KEY)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, value]) => {
      const path = spell(name.slice(ENVIRONMENT_PREFIX.length).split('__'));
      return known(name, path) ?? { where: name, path, value: readValue(path, value as string) };
    });
}

/** ENVOY_HTTP is how the environment spells envoyHttp. */
function spell(parts: string[]): string[] {
  const path: string[] = [];
  for (const part of parts) {
    const plain = part.replaceAll('_', '').toLowerCase();
    const keys = Object.keys(shapeAt(path)?.properties ?? {});
    path.push(keys.find((key) => key.toLowerCase() === plain) ?? part.toLowerCase());
  }
  return path;
}

function known(where: string, path: string[]): ConfigIssue | undefined {
  for (const [depth, key] of path.entries()) {
    const parent = path.slice(0, depth);
    if (shapeAt([...parent, key]) !== undefined) continue;
    const nearest = nearestKey(parent, key);
    return {
      where,
      path: path.join('.'),
      message: `unknown key ${JSON.stringify(key)}${nearest === undefined ? '' : `; did you mean ${JSON.stringify([...parent, nearest].join('.'))}?`}`,
    };
  }
  return undefined;
}

/** Text stays text where text is expected, so that `--set redis.keyPrefix=1` is not a number. */
function readValue(path: string[], text: string): unknown {
  if (shapeAt(path)?.type === 'string') return text;
  try {
    return parse(text);
  } catch {
    return text;
  }
}
