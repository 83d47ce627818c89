import { normaliseText } from '../../src/inspect/text/normalise.ts';
import { mix } from '../../src/inspect/words/hash.ts';
import { createWords, tokenize } from '../../src/inspect/words/tokenize.ts';
import type { Item } from './items.ts';
import { seeded } from './random.ts';

/** Words of a shingle. */
const SHINGLE = 4;
/** Texts that share so much of the shorter one's shingles are near-duplicates. */
const SHARED_OF_ATTACKS = 0.3;
const SHARED = 0.5;
/** A shingle of more texts than this is a turn of phrase. */
const MAX_TEXTS = 200;
const MAX_CHARACTERS = 20_000;
/** Groups larger than this are put where there is most room, so that folds stay of one size. */
const LARGE_GROUP = 5;

/** Assigns each item a fold from 0 on, near-duplicates always the same one. */
export function assignFolds(items: readonly Item[], folds: number): number[] {
  const groups = groupDuplicates(items);
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const random = seeded(7);
  const load: number[] = Array(folds).fill(0);
  const foldOf = new Map<number, number>();
  for (const [group, size] of [...sizes].sort(([a, m], [b, n]) => n - m || a - b)) {
    const fold = size > LARGE_GROUP ? load.indexOf(Math.min(...load)) : Math.floor(random() * folds);
    load[fold] = (load[fold] as number) + size;
    foldOf.set(group, fold);
  }
  return groups.map((group) => foldOf.get(group) as number);
}

/** The number of each item's group of near-duplicates. */
function groupDuplicates(items: readonly Item[]): number[] {
  const shingles = items.map(({ text }) => shinglesOf(text));
  const textsOf = new Map<number, number[]>();
  for (const [at, own] of shingles.entries()) {
    for (const shingle of own) {
      const texts = textsOf.get(shingle);
      if (texts === undefined) textsOf.set(shingle, [at]);
      else texts.push(at);
    }
  }
  const parent = items.map((_, at) => at);
  const rootOf = (at: number): number => {
    let root = at;
    while (parent[root] !== root) root = parent[root] as number;
    parent[at] = root;
    return root;
  };
  for (const [at, own] of shingles.entries()) {
    const shared = new Map<number, number>();
    for (const shingle of own) {
      const texts = textsOf.get(shingle) ?? [];
      if (texts.length > MAX_TEXTS) continue;
      for (const other of texts) if (other !== at) shared.set(other, (shared.get(other) ?? 0) + 1);
    }
    for (const [other, count] of shared) {
      const areAttacks = items[at]?.label === 'attack' && items[other]?.label === 'attack';
      const smaller = Math.min(own.size, (shingles[other] as Set<number>).size);
      if (count >= Math.max(1, (areAttacks ? SHARED_OF_ATTACKS : SHARED) * smaller)) {
        parent[rootOf(at)] = rootOf(other);
      }
    }
  }
  return items.map((_, at) => rootOf(at));
}

const words = createWords(MAX_CHARACTERS);

function shinglesOf(text: string): Set<number> {
  tokenize(normaliseText(text).slice(0, MAX_CHARACTERS), words);
  const shingles = new Set<number>();
  const last = Math.max(words.count - SHINGLE, 0);
  for (let from = 0; from <= last; from += 1) {
    let shingle = 0;
    for (let at = from; at < Math.min(from + SHINGLE, words.count); at += 1) {
      shingle = mix(shingle, words.hash[at] as number);
    }
    shingles.add(shingle);
  }
  return shingles;
}
