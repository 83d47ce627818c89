import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
  type YAMLMap,
} from 'yaml';
import { suggestNearest } from './nearest.ts';
import type { Place, RuleProblem, RuleProblemCode } from './problem.ts';
import type { Json } from './rule.ts';

/** A node of the file and the path that leads to it. */
export interface Located {
  node: Node;
  path: string;
}

/**
 * One rule file's YAML, read value by value; what does not fit is noted with its place and reading goes on, so
 * that one pass finds everything that is wrong. A key without a value counts as absent.
 */
export class RuleSource {
  readonly problems: RuleProblem[] = [];
  readonly #file: string;
  readonly #lines = new LineCounter();
  readonly #document: Document;

  constructor(file: string, text: string) {
    this.#file = file;
    // The files' format is defined by Go's yaml.v2, which reads YAML 1.1: yes and no are booleans, << merges.
    this.#document = parseDocument(text, { version: '1.1', lineCounter: this.#lines, prettyErrors: false });
    for (const error of this.#document.errors) {
      const place = this.#placeAt(error.pos[0]);
      const reason =
        error.code === 'MULTIPLE_DOCS'
          ? 'expected one document; give each domain a file of its own'
          : error.message;
      this.problems.push({ ...place, path: '', code: 'invalid_yaml', reason });
    }
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

  /** The values of a map by key, with aliases and merge keys resolved; unknown keys are noted. */
  fields<Key extends string>(at: Located, valid: readonly Key[]): Partial<Record<Key, Located>> | undefined {
    const map = this.#deref(at.node);
    if (!isMap(map)) {
      this.report(at, 'wrong_type', `expected keys and values, got ${kindOf(map)}`);
      return undefined;
    }
    const fields: Partial<Record<Key, Located>> = {};
    for (const [keyNode, name, value] of this.#pairs(map)) {
      const path = at.path === '' ? name : `${at.path}.${name}`;
      const key = valid.find((candidate) => candidate === name);
      if (key === undefined) {
        this.report({ node: keyNode, path }, 'unknown_key', `unknown key${suggestNearest(name, valid)}`);
        continue;
      }
      const located = this.#locate(value, path);
      if (located !== undefined) fields[key] ??= located;
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
    if (isScalar(scalar)) return scalar.type === Scalar.PLAIN ? scalar.source : String(scalar.value);
    this.report(at, 'wrong_type', `expected text, got ${kindOf(scalar)}`);
    return undefined;
  }

  flag(at: Located): boolean {
    const scalar = this.#deref(at.node);
    if (isScalar(scalar) && typeof scalar.value === 'boolean') return scalar.value;
    this.report(at, 'wrong_type', `expected true or false, got ${kindOf(scalar)}`);
    return false;
  }

  /** A whole number from 0 to max. */
  count(at: Located, max: number): number | undefined {
    const scalar = this.#deref(at.node);
    const value = isScalar(scalar) ? scalar.value : undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) return value;
    this.report(at, 'invalid_count', `expected a whole number from 0 to ${max}, got ${kindOf(scalar)}`);
    return undefined;
  }

  /** One of a few words. */
  choice<Word extends string>(at: Located, words: readonly Word[]): Word | undefined {
    const text = this.text(at);
    const word = words.find((candidate) => candidate === text);
    if (text !== undefined && word === undefined) {
      const nearest = suggestNearest(text, words);
      this.report(at, 'wrong_type', `expected ${words.join(' or ')}, got "${text}"${nearest}`);
    }
    return word;
  }

  /** Any value that JSON has; undefined, and noted, where YAML has more, such as a date. */
  json(at: Located): Json | undefined {
    const value: unknown = this.#deref(at.node).toJS(this.#document);
    if (isJson(value)) return value;
    this.report(at, 'wrong_type', 'expected text, numbers, true, false, lists, or keys and values');
    return undefined;
  }

  /** The pairs of a map, its own before those it merges in with `<<`. */
  *#pairs(map: YAMLMap): Generator<[key: Node, name: string, value: unknown]> {
    const merged: YAMLMap[] = [];
    for (const { key, value } of map.items) {
      if (!isNode(key)) continue;
      const name = isScalar(key) ? (key.source ?? String(key.value)) : kindOf(key);
      if (name === '<<') merged.push(...this.#mergedMaps(value));
      else yield [key, name, value];
    }
    for (const below of merged) yield* this.#pairs(below);
  }

  #mergedMaps(value: unknown): YAMLMap[] {
    const target = isNode(value) ? this.#deref(value) : undefined;
    if (isSeq(target)) return target.items.flatMap((item) => this.#mergedMaps(item));
    return isMap(target) ? [target] : [];
  }

  #locate(value: unknown, path: string): Located | undefined {
    if (!isNode(value)) return undefined;
    const target = this.#deref(value);
    return isScalar(target) && target.value === null ? undefined : { node: value, path };
  }

  #deref(node: Node): Node {
    return isAlias(node) ? (node.resolve(this.#document) ?? node) : node;
  }

  #placeAt(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

function kindOf(node: Node): string {
  if (isMap(node)) return 'keys and values';
  if (isSeq(node)) return 'a list';
  return isScalar(node) ? JSON.stringify(node.source ?? node.value) : 'an alias without its anchor';
}

function isJson(value: unknown): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value as object).every(isJson);
}
