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
import { hostileTexts } from './inspect/hostile-texts.ts';
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
  const worst = Object.entries(hostileTexts(CHARACTERS))
    .map(([name, text]) => ({ name, ms: leastUs(() => void inspect(text)) / 1_000 }))
    .sort((a, b) => b.ms - a.ms);
  for (const { name, ms } of worst) process.stderr.write(`${name.padEnd(32)} ${ms.toFixed(2)} ms\n`);
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
