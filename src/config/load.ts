import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { ConfigError, type ConfigIssue } from './issue.ts';
import { type Override, overrideFromSet, overridesFromEnvironment } from './overrides.ts';
import { resolvePaths } from './paths.ts';
import { configSchema, type Settings } from './schema.ts';
import { nearestKey, shapeAt } from './shape.ts';

/** The configuration as every room sees it: parsed, complete, every path absolute. */
export type Config = Omit<Settings, 'ratelimit'> & {
  ratelimit: Omit<Settings['ratelimit'], 'files'> & { files: string[] };
  /** Where this installation keeps its state. */
  dataDir: string;
};

export interface ConfigSources {
  /** gatehouse.yaml; without one, defaults. */
  file?: string | undefined;
  /** `a.b.c=value`, the last one wins. */
  set?: readonly string[] | undefined;
  env?: NodeJS.ProcessEnv | undefined;
  /** What another program's settings say. */
  ported?: PortedSettings | undefined;
  dataDir: string;
  /** Folder that --set and the environment's relative paths start from. */
  cwd: string;
}

/** Settings of another program that this one takes the place of. */
export interface PortedSettings {
  /** Go over the file; the environment's GATEHOUSE_* and --set go over them. */
  overrides: readonly Override[];
  /** Hold where the file says nothing. */
  defaults: readonly Override[];
}

/**
 * Reads and checks the configuration. --set goes over the environment, which goes over the file.
 * @throws ConfigError that lists everything wrong, each with its place
 */
export function loadConfig(sources: ConfigSources): Config {
  const lines = new LineCounter();
  const document = sources.file === undefined ? undefined : readDocument(sources.file, lines);
  const given = [
    ...overridesFromEnvironment(sources.env ?? {}),
    ...(sources.set ?? []).map((argument) => overrideFromSet(argument)),
  ];
  const { overrides: ported = [], defaults = [] } = sources.ported ?? {};
  const overrides = [...ported, ...given.filter((entry): entry is Override => 'value' in entry)];
  const issues = given.filter((entry): entry is ConfigIssue => 'message' in entry);

  const input = plainObject(document, sources.file);
  for (const { path, value } of defaults) if (valueAt(path, input) === undefined) setIn(input, path, value);
  for (const { path, value } of overrides) setIn(input, path, value);
  const parsed = configSchema.safeParse(input, { reportInput: true });
  if (!parsed.success) {
    const place = placeOf(document, lines, sources.file, overrides);
    issues.push(...parsed.error.issues.flatMap((issue) => explain(issue, input, place)));
  }
  if (issues.length > 0 || !parsed.success) throw new ConfigError(issues);

  const fromFile = sources.file === undefined ? sources.cwd : dirname(resolve(sources.file));
  const isOverridden = (path: readonly string[]) =>
    overrides.some((override) => override.path.every((part, depth) => part === path[depth]));
  const settings = resolvePaths(parsed.data, (path) => (isOverridden(path) ? sources.cwd : fromFile));
  return { ...settings, dataDir: resolve(sources.dataDir) };
}

function readDocument(file: string, lines: LineCounter): Document {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const message = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`;
    throw new ConfigError([{ where: shown(file), path: '', message }]);
  }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map((error) => ({
        where: at(file, lines, error.pos[0]),
        path: '',
        message: error.message,
      })),
    );
  }
  return document;
}

function plainObject(document: Document | undefined, file: string | undefined): Record<string, unknown> {
  const value: unknown = document?.toJS() ?? {};
  if (isObject(value)) return withoutEmptySections(value, []);
  throw new ConfigError([
    { where: `${shown(file ?? '')}:1:1`, path: '', message: 'expected keys and values' },
  ]);
}

/** A section whose lines are all commented out reads as null; it means the defaults. */
function withoutEmptySections(value: Record<string, unknown>, path: string[]): Record<string, unknown> {
  const entries = Object.entries(value).filter(
    ([key, below]) => below !== null || shapeAt([...path, key])?.type !== 'object',
  );
  return Object.fromEntries(
    entries.map(([key, below]) => [
      key,
      isObject(below) ? withoutEmptySections(below, [...path, key]) : below,
    ]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function setIn(target: Record<string, unknown>, path: string[], value: unknown): void {
  let at = target;
  for (const key of path.slice(0, -1)) {
    const below = at[key];
    const next = isObject(below) ? below : {};
    at[key] = next;
    at = next;
  }
  at[path.at(-1) as string] = value;
}

type Place = (path: readonly PropertyKey[], key?: string) => string;

/** Finds where a value was said: an override, or a line and column of the file. */
function placeOf(
  document: Document | undefined,
  lines: LineCounter,
  file: string | undefined,
  overrides: readonly Override[],
): Place {
  return (path, key) => {
    const full = [...path.map(String), ...(key === undefined ? [] : [key])];
    const override = overrides.findLast((entry) => entry.path.every((part, depth) => part === full[depth]));
    if (override) return override.where;
    if (!document || file === undefined) return 'defaults';
    for (let depth = full.length; depth > 0; depth -= 1) {
      const parent = document.getIn(full.slice(0, depth - 1), true) ?? document.contents;
      if (isSeq(parent)) {
        const item = parent.items[Number(full[depth - 1])];
        if (isNode(item) && item.range) return at(file, lines, item.range[0]);
      }
      if (!isMap(parent)) continue;
      const pair = parent.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === full[depth - 1],
      );
      if (pair && isNode(pair.key) && pair.key.range) return at(file, lines, pair.key.range[0]);
    }
    return `${shown(file)}:1:1`;
  };
}

function at(file: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${shown(file)}:${line}:${col}`;
}

function shown(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith('..') || short === '' ? file : short;
}

function explain(issue: z.core.$ZodIssue, input: unknown, place: Place): ConfigIssue[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const nearest = nearestKey(issue.path, key);
      const hint = nearest === undefined ? '' : `; did you mean ${JSON.stringify(nearest)}?`;
      return {
        where: place(issue.path, key),
        path: path === '' ? key : `${path}.${key}`,
        message: `unknown key${hint}`,
      };
    });
  }
  return [{ where: place(issue.path), path, message: `${expectation(issue)}, ${given(issue.path, input)}` }];
}

/** Stands for each entry of a list. */
const EACH = '*';
/** What may hold a password. */
const CONFIDENTIAL = [
  ['redis', 'url'],
  ['ratelimit', 'redis', 'url'],
  ['model', 'baseUrl'],
  ['model', 'providers', EACH, 'baseUrl'],
  ['workspaces', 'repositories', EACH, 'url'],
  ['ratelimit', 'xds', 'headers'],
  ['identity', 'jwt', 'issuers', EACH, 'jwksUri'],
  ['identity', 'introspection', 'endpoint'],
];

/** User name and password of an address (RFC 3986, section 3.2.1), wherever one is written. */
const USER_INFORMATION = /\/\/[^/"\s]*@/g;

/** What was written where an issue is, unless that or something below it must not be seen. */
function given(path: readonly PropertyKey[], input: unknown): string {
  const value = valueAt(path, input);
  if (value === undefined) return 'and it is not given';
  const confidential = CONFIDENTIAL.some((secret) =>
    path.every((part, depth) => part === secret[depth] || secret[depth] === EACH),
  );
  if (confidential) return 'got something else, which is not shown because it may hold a password';
  return `got ${cut(JSON.stringify(value).replace(USER_INFORMATION, '//…@'))}`;
}

/** A text may be as long as a page. */
const MAX_SHOWN_CHARACTERS = 200;

function cut(text: string): string {
  return text.length <= MAX_SHOWN_CHARACTERS ? text : `${text.slice(0, MAX_SHOWN_CHARACTERS)}…`;
}

function valueAt(path: readonly PropertyKey[], input: unknown): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    input,
  );
}

const TYPE_NAMES: Record<string, string> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys and values',
  record: 'keys and values',
};

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith('expected')) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.inclusive === false
        ? `expected more than ${issue.minimum}`
        : `expected at least ${issue.minimum}`;
    case 'too_big':
      return issue.inclusive === false
        ? `expected less than ${issue.maximum}`
        : `expected at most ${issue.maximum}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'expected another name';
    default:
      return issue.message;
  }
}
