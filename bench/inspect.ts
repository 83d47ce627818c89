/**
 * Prompt inspection: processor time for each KB of text, and for the worst texts, beside the public guide's five
 * regular expressions on the same texts in the same run.
 *
 * Each is the quickest of some rounds once all is compiled, as other load on the machine only ever adds; medians are told beside
 * them where they are named so. Figures: usPerKb, usPerKbMedian and guideUsPerKb (developers' texts of about 1 KB),
 * ratioToGuide, rulesUsPerKb (what the rules take of usPerKb), usPerShortText (up to 200 characters), msAt50kCharacters,
 * worstMs and worstMsMedian (the slowest of texts made to be slow), worstCase (which one that is).
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

/** Before these count, V8 has compiled what runs often. */
const WARM_UP_ROUNDS = 15;
const ROUNDS = 25;
const CHARACTERS = 50_000;

export async function run(): Promise<Figures> {
  const texts = readItems()
    .filter((item) => groupOf(item) === 'development')
    .map(({ text }) => text);
  const medium = texts.filter(({ length }) => length >= 700 && length <= 1_500).slice(0, 300);
  const short = texts.filter(({ length }) => length <= 200).slice(0, 400);
  const long = texts.join('\n').slice(0, CHARACTERS);

  const kb = medium.reduce((sum, { length }) => sum + length, 0) / 1_024;
  const each = measureUs(() => inspectAll(medium, inspect));
  const usPerKb = each.least / kb;
  const guideUsPerKb =
    measureUs(() => inspectAll(medium, (text) => GUIDE.some((pattern) => pattern.test(text)))).least / kb;
  const { match } = compileRuleBook({ texts: [], allow: [] }).sets.default;
  const rulesUsPerKb = measureUs(() => inspectAll(medium, match)).least / kb;
  const worst = Object.entries(hostileTexts(CHARACTERS))
    .map(([name, text]) => ({ name, ...measureUs(() => void inspect(text)) }))
    .sort((a, b) => b.least - a.least);
  for (const { name, least } of worst)
    process.stderr.write(`${name.padEnd(32)} ${inMs(least)?.toFixed(2)} ms\n`);
  return {
    usPerKb,
    usPerKbMedian: each.median / kb,
    guideUsPerKb,
    ratioToGuide: usPerKb / guideUsPerKb,
    rulesUsPerKb,
    usPerShortText: measureUs(() => inspectAll(short, inspect)).least / short.length,
    msAt50kCharacters: inMs(measureUs(() => void inspect(long)).least),
    worstMs: inMs(worst[0]?.least),
    worstMsMedian: inMs(worst[0]?.median),
    worstCase: worst[0]?.name ?? null,
  };
}

function inspectAll(texts: readonly string[], inspectOne: (text: string) => unknown): void {
  for (const text of texts) inspectOne(text);
}

/** Processor time of some rounds, in microseconds. */
function measureUs(work: () => void): { least: number; median: number } {
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) work();
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  }).sort((a, b) => a - b);
  return { least: rounds[0] as number, median: rounds[ROUNDS >> 1] as number };
}

function inMs(us: number | undefined): number | null {
  return us === undefined ? null : us / 1_000;
}
