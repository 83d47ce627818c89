import { type Document, isMap, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from 'yaml';

/** A map of a template. @throws when there is none at the path: the template was changed, and not its user */
export function mapAt(document: Document | YAMLMap, ...path: (string | number)[]): YAMLMap {
  const node = document.getIn(path, true);
  if (isMap(node)) return node;
  throw new Error(`envoy/: expected a map at ${path.join('.')}`);
}

/** A list of a template. @throws as mapAt */
export function listAt(document: Document | YAMLMap, ...path: (string | number)[]): YAMLSeq<Node> {
  const node = document.getIn(path, true);
  if (isSeq(node)) return node as YAMLSeq<Node>;
  throw new Error(`envoy/: expected a list at ${path.join('.')}`);
}

/** The item of a list that has a name. @throws as mapAt */
export function itemNamed(list: YAMLSeq<Node>, name: string): YAMLMap {
  const item = list.items.find((node) => isMap(node) && node.get('name') === name);
  if (isMap(item)) return item;
  throw new Error(`envoy/: expected an item with the name ${name}`);
}

/** Puts items in front of the one that has a name. @throws as mapAt */
export function insertBefore(list: YAMLSeq<Node>, name: string, ...items: Node[]): void {
  list.items.splice(list.items.indexOf(itemNamed(list, name)), 0, ...items);
}

/** Adds a map's pairs, with their comments, to another. */
export function addPairs(target: YAMLMap, source: YAMLMap): void {
  for (const pair of source.items) {
    if (isScalar(pair.key) && target.has(pair.key.value))
      throw new Error(`envoy/: ${pair.key.value} is there already`);
    target.items.push(pair);
  }
}
