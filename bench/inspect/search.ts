/**
 * Searches for the text that takes inspection longest: node bench/inspect/search.ts [SECONDS [SEED]]. Texts are made of pieces,
 * each many times, in rows or shuffled; the slowest are changed again and again, those of shuffled-texts.ts to begin with.
 * Prints each slowest one yet with its pieces: what is slower than those belongs there.
 */
import { parseArgs } from 'node:util';
import { inspect } from '../../src/inspect/index.ts';
import { SHIPPED_RULES } from '../../src/inspect/rules/shipped-rules.ts';
import { DISGUISES } from '../../training/inspect/disguises.ts';
import { seeded } from '../../training/inspect/random.ts';
import { readModelWords } from './model-words.ts';
import { SHUFFLED, shuffledText } from './shuffled-texts.ts';

const CHARACTERS = 50_000;
const KEPT = 24;
const MAX_PIECES = 12;

interface Candidate {
  pieces: readonly string[];
  isShuffled: boolean;
  ms: number;
}

const { positionals } = parseArgs({ allowPositionals: true });
const seconds = Number(positionals[0] ?? 60);
const random = seeded(Number(positionals[1] ?? Date.now() % 1e6));
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

const ruleTexts = SHIPPED_RULES.default.flatMap(({ examples }) => examples.match.map(({ text }) => text));
const patternWords = SHIPPED_RULES.default.flatMap(
  ({ pattern }) => pattern.match(/[\p{L}\p{M}]{3,}/gu) ?? [],
);
const words = readModelWords();
/** What begins or ends something that is looked for, and what is charged little for what it may take. */
const marks = [
  ...[' ', ' ', '\n', '"', "'", '`', '. ', '-', '_', '!', '```', '<|', '](https://a?', '"+"', '\u201c'],
  ...[
    '%41',
    '&#65;',
    '\\x41',
    '\\u0041',
    '\\u',
    '%',
    '0x',
    '0x41 ',
    '41 ',
    '1',
    '1a',
    'a ',
    'a',
    "a'b",
    'abcdef0123456789',
  ],
  // Marks of several classes, alone and out of order, with what they are composed with and what is composed of several.
  ...[
    '\u0301',
    '\u0301\u0323',
    '\u0323',
    '\u0334',
    '\u0345',
    '\u0308',
    '\u3099',
    '\u0e48',
    '\u064e',
    '\u0651',
  ],
  ...[
    '\u00e9',
    '\u00e9\u0323',
    '\u01d8',
    '\u1eb9\u0301',
    '\u1ec7',
    '\u1fa7',
    '\u1fa7\u0323',
    '\u1fa7\u0334',
    '\u304b\u3099',
  ],
  ...['\u{1d165}', '\u{1d16d}', '\u{110ba}', '\u{11099}\u{110ba}', '\u{1109a}\u0334', '\u{1e94a}\u{1e944}'],
  // What is composed with the character before it and is no mark.
  ...['\u09c7\u09be', '\u09be', '\u1100\u1161', '\u1161', '\u11a8', '\uac00', '\u314f', '\u{11131}\u{11127}'],
  // What is replaced: by one character, by several, by marks, by pairs.
  ...[
    '\ufb03',
    '\u2026',
    '\uff41',
    '\ufd50',
    '\u0344',
    '\u0958',
    '\ufb2c',
    '\u00b4',
    '\uff9e',
    '\uff76\uff9e',
  ],
  ...['\u{1d422}', '\u{1d15e}', '\u{1d164}', '\u{2f800}', '\ufa6c', '\u33c2', '\u{1f110}'],
  // What is removed, pairs that stay, and halves of pairs, which may meet.
  ...['\u200b', '\u{e0069}', '\u{1f600}', '\u{1f916}', '\ud834', '\ud800', '\ud835\u200b\udc22', '\udc22'],
  ...['\u0430', '\u0430\u0431', '\u0e44', '\u0e17\u0e35\u0e48', '\u5ffd', '\u306e', '\u0939\u093f'],
];

function piece(): string {
  const kind = random();
  if (kind < 0.3) return pick(marks);
  if (kind < 0.4) return `${pick(words)} `;
  if (kind < 0.55) return `${pick(patternWords)} `;
  if (kind < 0.65) return `${pick(ruleTexts)} `;
  const text = random() < 0.5 ? pick(ruleTexts) : `${pick(words)} ${pick(words)} ${pick(words)} `;
  const hidden = pick(Object.values(DISGUISES))(text);
  if (kind < 0.9) return `${hidden} `;
  return pick(Object.values(DISGUISES))(hidden);
}

function changed({ pieces, isShuffled }: Candidate): Omit<Candidate, 'ms'> {
  const list = [...pieces];
  const kind = random();
  if (kind < 0.3 && list.length < MAX_PIECES)
    list.splice(Math.floor(random() * (list.length + 1)), 0, piece());
  else if (kind < 0.5 && list.length > 1) list.splice(Math.floor(random() * list.length), 1);
  else if (kind < 0.7) list[Math.floor(random() * list.length)] = piece();
  else if (kind < 0.8) list.push(pick(list));
  else {
    const at = Math.floor(random() * list.length);
    const from = Math.floor(random() * (list[at]?.length ?? 0));
    const cut = (list[at] ?? '').slice(from, from + 1 + Math.floor(random() * 12));
    list[at] = cut === '' ? ' ' : cut;
  }
  return { pieces: list, isShuffled: random() < 0.15 ? !isShuffled : isShuffled };
}

function textOf({ pieces, isShuffled }: Omit<Candidate, 'ms'>): string {
  if (isShuffled) return shuffledText(pieces, CHARACTERS);
  const row = pieces.join('') || ' ';
  return row.repeat(Math.ceil(CHARACTERS / row.length)).slice(0, CHARACTERS);
}

function measured(candidate: Omit<Candidate, 'ms'>, runs: number): Candidate {
  const text = textOf(candidate);
  let ms = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run += 1) {
    const before = process.cpuUsage();
    inspect(text);
    const { user, system } = process.cpuUsage(before);
    ms = Math.min(ms, (user + system) / 1_000);
  }
  return { ...candidate, ms };
}

const known = Object.values(SHUFFLED).map((pieces) => ({ pieces, isShuffled: true }));
const anything = Array.from({ length: KEPT * 4 }, () => ({
  pieces: Array.from({ length: 1 + Math.floor(random() * 4) }, piece),
  isShuffled: random() < 0.5,
}));
// Until V8 has compiled what runs often, anything is slow.
for (const candidate of [...known, ...known, ...anything]) measured(candidate, 3);
let best = [...known, ...anything].map((candidate) => measured(candidate, 3));
let worst = 0;
for (const end = Date.now() + seconds * 1_000; Date.now() < end; ) {
  let child = measured(changed(pick(best)), 2);
  if (child.ms > (best.at(-1)?.ms ?? 0)) child = measured(child, 5);
  best = [...best, child].sort((a, b) => b.ms - a.ms).slice(0, KEPT);
  // What other load added to the slowest one goes with time.
  const [first] = best;
  if (first === undefined) continue;
  best[0] = { ...first, ms: Math.min(first.ms, measured(first, first.ms > worst ? 9 : 1).ms) };
  if (best[0].ms <= worst) continue;
  worst = best[0].ms;
  process.stdout.write(
    `${worst.toFixed(2)} ms ${inspect(textOf(first)).decision} ${first.isShuffled ? 'shuffled' : 'in rows'} ${JSON.stringify(first.pieces)}\n`,
  );
}
