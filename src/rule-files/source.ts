import {
  type Alias,
  Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import { suggestNearest } from '../spelling/index.ts';
import type { Json } from './json.ts';
import type { Place, RuleProblem, RuleProblemCode } from './problem.ts';

/** A node of the file and the path that leads to it. */
export interface Located {
  node: Node;
  path: string;
}

/** What reading a map by its keys may be told. */
export interface FieldsOptions {
  /** Words that are keys elsewhere in the file, and what to say where they stand here. */
  misplaced?: Readonly<Record<string, string>>;
  /** Words that are keys here in a file with a `gatehouse` block, which this one has not. */
  extended?: readonly string[];
}

/**
 * One rule file's YAML, read value by value; what does not fit is noted with its place and reading goes on, so
 * that one pass finds everything that is wrong. A key without a value counts as absent.
 */
export class RuleSource {
  readonly problems: RuleProblem[] = [];
  /** What envoyproxy/ratelimit takes without a word, and what is hardly meant. */
  readonly warnings: RuleProblem[] = [];
  /**
   * Whether what envoyproxy/ratelimit passes over is passed over here too, with a warning: a key twice, a known key at
   * a place where it means nothing.
   */
  lenient = true;
  readonly #file: string;
  readonly #text: string;
  readonly #document: Document;
  readonly #lines: LineCounter | undefined;
  readonly #aliases: ReadonlyMap<Alias, Node>;

  private constructor(file: string, text: string, document: Document, lines: LineCounter | undefined) {
    this.#file = file;
    this.#text = text;
    this.#document = document;
    this.#lines = lines;
    this.#aliases = resolveAliases(document);
    for (const error of document.errors) {
      const reason = error.code === 'MULTIPLE_DOCS' ? 'expected one document in a file' : error.message;
      this.problems.push({ ...this.#placeAt(error.pos[0]), path: '', code: 'invalid_yaml', reason });
    }
  }

  static ofText(file: string, text: string): RuleSource {
    const lines = new LineCounter();
    // The files' format is defined by Go's yaml.v2, which reads YAML 1.1: yes and no are booleans, << merges.
    const options = { version: '1.1', lineCounter: lines, prettyErrors: false, uniqueKeys: false } as const;
    return new RuleSource(file, text, parseDocument(text, options), lines);
  }

  /** The same rules as plain values, which have no lines. */
  static ofValue(name: string, value: Json): RuleSource {
    return new RuleSource(name, '', new Document(value), undefined);
  }

  /** The file's outermost value; undefined where it is empty or not YAML. */
  get root(): Located | undefined {
    return this.problems.length > 0 ? undefined : this.#locate(this.#document.contents, '');
  }

  placeOf(at: Located | undefined): Place {
    return this.#placeAt(at?.node.range?.[0] ?? 0);
  }

  report(at: Located | undefined, code: RuleProblemCode, reason: string, path = at?.path ?? ''): void {
    this.problems.push({ ...this.placeOf(at), path, code, reason });
  }

  /** As report, with the place of a part of a text where that is written as it reads. */
  reportWithin(at: Located, part: string, code: RuleProblemCode, reason: string): void {
    const [start, end] = at.node.range ?? [0, 0];
    const offset = Math.max(this.#text.slice(start, end).indexOf(part), 0);
    this.problems.push({ ...this.#placeAt(start + offset), path: at.path, code, reason });
  }

  warn(at: Located | undefined, code: RuleProblemCode, reason: string, path = at?.path ?? ''): void {
    this.warnings.push({ ...this.placeOf(at), path, code, reason });
  }

  /** Whether a map has a key, also where the key has no value. */
  has(at: Located, key: string): boolean {
    const map = this.#deref(at.node);
    return isMap(map) && [...this.#pairs(map)].some(([, name]) => name === key);
  }

  /**
   * The values of a map by key, with aliases and merge keys resolved; unknown keys are noted. Of a key that is written
   * twice the last value counts, as for yaml.v2.
   */
  fields<Key extends string>(
    at: Located,
    valid: readonly Key[],
    options: FieldsOptions = {},
  ): Partial<Record<Key, Located>> | undefined {
    const map = this.#deref(at.node);
    if (!isMap(map)) {
      this.report(at, 'wrong_type', `expected keys and values, got ${kindOf(map)}`);
      return undefined;
    }
    const fields: Partial<Record<Key, Located>> = {};
    const seen = new Map<string, boolean>();
    for (const [keyNode, name, value, own] of this.#pairs(map)) {
      const path = at.path === '' ? name : `${at.path}.${name}`;
      const key = valid.find((candidate) => candidate === name);
      if (key === undefined) {
        if (own) this.#unknownKey({ node: keyNode, path }, name, valid, options);
        continue;
      }
      const before = seen.get(name);
      // A merged key gives way to one that the map has itself, and to one merged before it.
      if (before !== undefined && !own) continue;
      if (before === true) this.#twice({ node: keyNode, path });
      seen.set(name, own);
      const located = this.#locate(value, path);
      if (located === undefined) delete fields[key];
      else fields[key] = located;
    }
    return fields;
  }

  items(at: Located): Located[] {
    const list = this.#deref(at.node);
    if (!isSeq(list)) {
      this.report(at, 'wrong_type', `expected a list, got ${kindOf(list)}`);
      return [];
    }
    return list.items.flatMap((item, index) => {
      const path = `${at.path}[${index}]`;
      const located = this.#locate(item, path);
      if (located === undefined) {
        const place = isNode(item) ? { node: item, path } : at;
        this.report(place, 'wrong_type', 'expected keys and values, got nothing', path);
      }
      return located ?? [];
    });
  }

  /** Text as it is written: `1.10` and `true` without quotes are text too, as they are for Go's yaml.v2. */
  text(at: Located): string | undefined {
    const scalar = this.#deref(at.node);
    if (isScalar(scalar)) {
      return scalar.type === Scalar.PLAIN && scalar.source !== undefined
        ? scalar.source
        : String(scalar.value);
    }
    this.report(at, 'wrong_type', `expected text, got ${kindOf(scalar)}`);
    return undefined;
  }

  flag(at: Located): boolean {
    const scalar = this.#deref(at.node);
    if (isScalar(scalar) && typeof scalar.value === 'boolean') return scalar.value;
    this.report(at, 'wrong_type', `expected true or false, got ${kindOf(scalar)}`);
    return false;
  }

  /** A whole number from min to max. */
  count(at: Located, min: number, max: number): number | undefined {
    const scalar = this.#deref(at.node);
    const value = isScalar(scalar) ? scalar.value : undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    this.report(at, 'invalid_count', `expected a whole number from ${min} to ${max}, got ${kindOf(scalar)}`);
    return undefined;
  }

  /** A number from min to max. */
  number(at: Located, min: number, max: number): number | undefined {
    const scalar = this.#deref(at.node);
    const value = isScalar(scalar) ? scalar.value : undefined;
    if (typeof value === 'number' && value >= min && value <= max) return value;
    this.report(at, 'wrong_type', `expected a number from ${min} to ${max}, got ${kindOf(scalar)}`);
    return undefined;
  }

  /** One of a few words. */
  choice<Word extends string>(at: Located, words: readonly Word[]): Word | undefined {
    const text = this.text(at);
    const word = words.find((candidate) => candidate === text);
    if (text !== undefined && word === undefined) {
      const nearest = suggestNearest(text, words);
      this.report(at, 'wrong_type', `expected one of ${words.join(', ')}, got "${text}"${nearest}`);
    }
    return word;
  }

  /** Any value that JSON has; undefined, and noted, where YAML has more, such as a date. */
  json(at: Located): Json | undefined {
    const value = this.#plain(at.node);
    if (isJson(value)) return value;
    this.report(at, 'wrong_type', 'expected text, numbers, true, false, lists, or keys and values');
    return undefined;
  }

  #plain(node: Node): unknown {
    try {
      return this.#deref(node).toJS(this.#document);
    } catch {
      // Aliases that would unfold to very much, or to themselves.
      return undefined;
    }
  }

  #unknownKey(
    at: Located,
    name: string,
    valid: readonly string[],
    { misplaced = {}, extended = [] }: FieldsOptions,
  ): void {
    if (extended.includes(name)) {
      this.report(at, 'unknown_key', 'needs a `gatehouse:` block at the top of the file');
      return;
    }
    const hint = Object.hasOwn(misplaced, name) ? misplaced[name] : undefined;
    if (hint === undefined) this.report(at, 'unknown_key', `unknown key${suggestNearest(name, valid)}`);
    else if (this.lenient) this.warn(at, 'misplaced_key', `has no effect here; ${hint}`);
    else this.report(at, 'misplaced_key', `does not belong here; ${hint}`);
  }

  #twice(at: Located): void {
    if (this.lenient) this.warn(at, 'duplicate_key', 'is here twice; the last one counts');
    else this.report(at, 'duplicate_key', 'is here twice');
  }

  /** The pairs of a map, its own before those it merges in with `<<`. */
  *#pairs(
    map: YAMLMap,
    own = true,
    within: ReadonlySet<YAMLMap> = new Set(),
  ): Generator<[key: Node, name: string, value: unknown, own: boolean]> {
    if (within.has(map)) return;
    const merged: YAMLMap[] = [];
    for (const { key, value } of map.items) {
      if (!isNode(key)) continue;
      const name = isScalar(key) ? (key.source ?? String(key.value)) : kindOf(key);
      if (name === '<<') merged.push(...this.#mergedMaps(value, new Set()));
      else yield [key, name, value, own];
    }
    for (const below of merged) yield* this.#pairs(below, false, new Set([...within, map]));
  }

  #mergedMaps(value: unknown, within: ReadonlySet<Node>): YAMLMap[] {
    const target = isNode(value) ? this.#deref(value) : undefined;
    if (target === undefined || within.has(target)) return [];
    if (isSeq(target)) {
      return target.items.flatMap((item) => this.#mergedMaps(item, new Set([...within, target])));
    }
    return isMap(target) ? [target] : [];
  }

  #locate(value: unknown, path: string): Located | undefined {
    if (!isNode(value)) return undefined;
    const target = this.#deref(value);
    return isScalar(target) && target.value === null ? undefined : { node: value, path };
  }

  #deref(node: Node): Node {
    return isAlias(node) ? (this.#aliases.get(node) ?? node) : node;
  }

  #placeAt(offset: number): Place {
    if (this.#lines === undefined) return { file: this.#file, line: 0, column: 0 };
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

/** What each alias stands for: the last node before it that has its anchor. One walk, however many there are. */
function resolveAliases(document: Document): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const resolved = new Map<Alias, Node>();
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) resolved.set(node, target);
      } else if ('anchor' in node && typeof node.anchor === 'string') anchors.set(node.anchor, node);
    },
  });
  return resolved;
}

function kindOf(node: Node): string {
  if (isMap(node)) return 'keys and values';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node)) return 'an alias without its anchor';
  const quoted = node.type === Scalar.QUOTE_SINGLE || node.type === Scalar.QUOTE_DOUBLE;
  return `${JSON.stringify(node.source ?? node.value)}${quoted ? ' in quotes' : ''}`;
}

/** Deeper than metadata is ever written; also what ends an alias that leads to itself. */
const MAX_JSON_LEVELS = 32;

function isJson(value: unknown, levels = MAX_JSON_LEVELS): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || levels === 0) return false;
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.values(value).every((part) => isJson(part, levels - 1));
}
