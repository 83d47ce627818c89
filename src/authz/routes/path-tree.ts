import { ANY_SEGMENT, type PathPattern } from '../../url-path/index.ts';

interface Entry<Value> {
  pattern: PathPattern;
  value: Value;
}

interface Node<Value> {
  literals: Map<string, Node<Value>>;
  /** After a segment of any text. */
  any: Node<Value> | undefined;
  /** Of the pattern that ends here, and of the one that goes on with any rest. */
  closed: Ranked<Value> | undefined;
  open: Ranked<Value> | undefined;
}

interface Ranked<Value> {
  value: Value;
  /** Of two patterns that match one path the narrower has the lower one. */
  rank: number;
}

/** Finds what belongs to the narrowest of the patterns that match a path; undefined where none does. */
export type FindByPath<Value> = (segments: readonly string[]) => Value | undefined;

/** Compiles patterns into a tree of maps: a lookup looks at each segment once, however many patterns there are. */
export function compilePaths<Value>(entries: readonly Entry<Value>[]): FindByPath<Value> {
  const root = emptyNode<Value>();
  for (const [rank, { pattern, value }] of [...entries].sort(narrowerFirst).entries()) {
    let node = root;
    for (const segment of pattern.segments) node = childOf(node, segment);
    const end = pattern.open ? 'open' : 'closed';
    node[end] ??= { value, rank };
  }
  return (segments) => narrowest(root, segments, 0, undefined)?.value;
}

function emptyNode<Value>(): Node<Value> {
  return { literals: new Map(), any: undefined, closed: undefined, open: undefined };
}

function childOf<Value>(node: Node<Value>, segment: string): Node<Value> {
  if (segment === ANY_SEGMENT) {
    node.any ??= emptyNode();
    return node.any;
  }
  const child = node.literals.get(segment) ?? emptyNode();
  node.literals.set(segment, child);
  return child;
}

function narrowest<Value>(
  node: Node<Value>,
  segments: readonly string[],
  at: number,
  found: Ranked<Value> | undefined,
): Ranked<Value> | undefined {
  let best = lower(found, node.open);
  const segment = segments[at];
  if (segment === undefined) return lower(best, node.closed);
  const literal = node.literals.get(segment);
  if (literal !== undefined) best = narrowest(literal, segments, at + 1, best);
  if (node.any !== undefined && segment !== '') best = narrowest(node.any, segments, at + 1, best);
  return best;
}

function lower<Value>(a: Ranked<Value> | undefined, b: Ranked<Value> | undefined): Ranked<Value> | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.rank < a.rank ? b : a;
}

/** The narrower has more literals, or else is longer, or else closed. */
function narrowerFirst({ pattern: a }: Entry<unknown>, { pattern: b }: Entry<unknown>): number {
  return (
    literals(b) - literals(a) || b.segments.length - a.segments.length || Number(a.open) - Number(b.open)
  );
}

function literals({ segments }: PathPattern): number {
  return segments.filter((segment) => segment !== ANY_SEGMENT).length;
}
