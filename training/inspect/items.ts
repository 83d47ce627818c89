import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** One labelled text of the data set; see data/ATTRIBUTION.md. */
export interface Item {
  id: string;
  label: 'attack' | 'benign';
  kind: string;
  source: string;
  licence: string;
  text: string;
}

/** The labelled data set, in its order: what the figures are measured on, by cross-validation. */
export function readItems(): Item[] {
  return read('prompts.jsonl.gz');
}

/** More harmless files, documents and commit messages, which are only trained on. */
export function readHarmless(): Item[] {
  return read('harmless.jsonl.gz');
}

function read(name: string): Item[] {
  const file = new URL(`./data/${name}`, import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Item);
}

/** What the figures are given for. */
export type Group =
  | 'core'
  | 'embedded'
  | 'development'
  | 'hard'
  | 'quoted'
  | 'chat'
  | 'disguised'
  | 'outOfScope';

const ATTACK_GROUPS: Record<string, Group> = {
  embedded: 'embedded',
  obf_native: 'disguised',
  contextual: 'outOfScope',
};
const BENIGN_GROUPS: Record<string, Group> = {
  mined_hard: 'hard',
  hand_hard: 'hard',
  mined_quoted: 'quoted',
  hand_quoted: 'quoted',
  chat: 'chat',
  roleplay_benign: 'chat',
};

/** The group of an item: attacks are core, harmless texts are a developer's, unless their kind says otherwise. */
export function groupOf({ label, kind }: Pick<Item, 'label' | 'kind'>): Group {
  return label === 'attack' ? (ATTACK_GROUPS[kind] ?? 'core') : (BENIGN_GROUPS[kind] ?? 'development');
}
