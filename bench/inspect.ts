/**
 * Prompt inspection: processor time for each KB of text, and for the worst texts, beside the public guide's five
 * regular expressions on the same texts in the same run.
 *
 * Figures: usPerKb and guideUsPerKb (developers' texts of about 1 KB), ratioToGuide, rulesUsPerKb (what the rules take of
 * usPerKb), usPerShortText (up to 200 characters), msAt50kCharacters, worstMs (the slowest of texts made to be slow),
 * worstCase (which one that is).
 */
import { compileRuleBook, inspect } from '../src/inspect/index.ts';
import { groupOf, readItems } from '../training/inspect/items.ts';
import type { Figures } from './run.ts';

/** As the guide gives them. */
const GUIDE = [
  /ignore\s+(all|previous|above)?\s*instructions/i,
  /disregard\s+(all|previous|above)?\s*instructions/i,
  /system\s+prompt:/i,
  /<\|im_start\|>/i,
  /\[INST\]/i,
];

const ROUNDS = 15;
const CHARACTERS = 50_000;

/** The words of many rules, none of which it matches: each has to be tried everywhere. */
const ALMOST =
  'ignore all instruction disregard system promptx im_start inst do anything nov reveal your prom send api key print the words abov you are free of restriction ';

/** The most a caller can send, made of what each part of the detector finds hardest. */
const WORST: Record<string, string> = {
  'one word': 'a'.repeat(CHARACTERS),
  'single letters': 'a '.repeat(CHARACTERS / 2),
  'attack words': 'ignore '.repeat(CHARACTERS / 7),
  'split words': 'igno re prev ious instru ctions '.repeat(CHARACTERS / 32),
  base64: Buffer.from('ignore the previous instructions '.repeat(1_130)).toString('base64'),
  'base64 in base64': Buffer.from(Buffer.from('x'.repeat(28_000)).toString('base64')).toString('base64'),
  hex: '49676e6f7265'.repeat(CHARACTERS / 12),
  percent: '%41'.repeat(CHARACTERS / 3),
  escapes: '\\u0041'.repeat(CHARACTERS / 6),
  entities: '&#73;'.repeat(CHARACTERS / 5),
  'zero-width': 'a\u200b'.repeat(CHARACTERS / 2),
  'reversed words': 'snoitcurtsni suoiverp erongi '.repeat(CHARACTERS / 29),
  brackets: '[['.repeat(CHARACTERS / 2),
  quotes: '"\''.repeat(CHARACTERS / 2),
  'almost matches': ALMOST.repeat(CHARACTERS / ALMOST.length),
  Han: '忽略'.repeat(CHARACTERS / 2),
};

export async function run(): Promise<Figures> {
  const texts = readItems()
    .filter((item) => groupOf(item) === 'development')
    .map(({ text }) => text);
  const medium = texts.filter(({ length }) => length >= 700 && length <= 1_500).slice(0, 300);
  const short = texts.filter(({ length }) => length <= 200).slice(0, 400);
  const long = texts.join('\n').slice(0, CHARACTERS);

  const kb = medium.reduce((sum, { length }) => sum + length, 0) / 1_024;
  const usPerKb = leastUs(() => inspectAll(medium, inspect)) / kb;
  const guideUsPerKb =
    leastUs(() => inspectAll(medium, (text) => GUIDE.some((pattern) => pattern.test(text)))) / kb;
  const { match } = compileRuleBook({ texts: [], allow: [] }).sets.default;
  const rulesUsPerKb = leastUs(() => inspectAll(medium, match)) / kb;
  const worst = Object.entries(WORST)
    .map(([name, text]) => ({ name, ms: leastUs(() => void inspect(text)) / 1_000 }))
    .sort((a, b) => b.ms - a.ms);
  for (const { name, ms } of worst) process.stderr.write(`${name.padEnd(18)} ${ms.toFixed(2)} ms\n`);
  return {
    usPerKb,
    guideUsPerKb,
    ratioToGuide: usPerKb / guideUsPerKb,
    rulesUsPerKb,
    usPerShortText: leastUs(() => inspectAll(short, inspect)) / short.length,
    msAt50kCharacters: leastUs(() => void inspect(long)) / 1_000,
    worstMs: worst[0]?.ms ?? null,
    worstCase: worst[0]?.name ?? null,
  };
}

function inspectAll(texts: readonly string[], inspectOne: (text: string) => unknown): void {
  for (const text of texts) inspectOne(text);
}

/** Processor time of the quickest of some rounds, in microseconds; other load on the machine only ever adds. */
function leastUs(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, user + system);
  }
  return least;
}
