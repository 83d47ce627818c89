import { CARRIED } from './carriers.ts';
import { ERRANDS } from './errands.ts';
import { GUARD_PROMPTS } from './guard-prompts.ts';
import { INTENTS } from './intents.ts';
import { LANGUAGES } from './languages.ts';
import { MORE_LANGUAGES } from './more-languages.ts';
import { pick, type Random, seeded } from './random.ts';
import { SCENES } from './scenes.ts';
import { SENTENCES } from './sentences.ts';

export interface Generated {
  text: string;
  isAttack: boolean;
  /** Whether it may be put into a file as an instruction there. */
  isEnglish: boolean;
}

/** How often each kind of attack is generated. */
const ATTACK_SHARES = {
  overrideAndPayload: 0.26,
  extraction: 0.14,
  jailbreak: 0.18,
  indirect: 0.18,
  sceneAttack: 0.24,
  droppingAndJob: 0.2,
  extracting: 0.2,
  becoming: 0.15,
  carriedAttack: 0.12,
};
const HARMLESS_SHARES = {
  harmless: 0.65,
  sceneHarmless: 0.35,
  toolingTalk: 0.2,
  securityTalk: 0.15,
  goodAsk: 0.2,
  carriedHarmless: 0.45,
  guardPrompt: 0.2,
};
const LINES: Readonly<Record<string, readonly string[]>> = {
  ...SENTENCES,
  ...SCENES,
  ...INTENTS,
  ...ERRANDS,
  ...CARRIED,
  ...GUARD_PROMPTS,
};
/** Pairs of sentences for each language. */
const PAIRS = 12;
const MAX_NESTING = 12;

/**
 * Makes training texts from the grammar and the languages' sentences; the same ones for the same arguments.
 * @param attacks about how many in English @param harmless about how many in English
 */
export function generateTexts(attacks: number, harmless: number, seed: number): Generated[] {
  const random = seeded(seed);
  const texts = new Map<string, Generated>();
  const add = (text: string, isAttack: boolean, isEnglish: boolean) => {
    if (!texts.has(text)) texts.set(text, { text, isAttack, isEnglish });
  };
  const sentence = (name: string) => cased(tidy(expand(`{${name}}`, random, 0)), random);
  for (const [name, share] of Object.entries(ATTACK_SHARES)) {
    for (let at = 0; at < attacks * share; at += 1) add(sentence(name), true, true);
  }
  for (const [name, share] of Object.entries(HARMLESS_SHARES)) {
    for (let at = 0; at < harmless * share; at += 1) add(sentence(name), false, true);
  }
  for (const { attack, benign } of [...LANGUAGES, ...MORE_LANGUAGES]) {
    for (const text of attack) add(text, true, false);
    for (const text of benign) add(text, false, false);
    for (let at = 0; at < PAIRS; at += 1) {
      const pair = [pick(attack, random), pick(benign, random)];
      add((random() < 0.5 ? pair : pair.toReversed()).join(' '), true, false);
      add(`${pick(benign, random)} ${pick(benign, random)}`, false, false);
    }
  }
  return [...texts.values()];
}

function expand(pattern: string, random: Random, depth: number): string {
  return pattern.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const lines = LINES[name];
    return lines === undefined || depth === MAX_NESTING
      ? placeholder
      : expand(pick(lines, random), random, depth + 1);
  });
}

function tidy(text: string): string {
  return text
    .replace(/ +/g, ' ')
    .replace(/ ([.,!?])/g, '$1')
    .trim();
}

/** As people write: mostly with a capital, sometimes all in capitals, sometimes without any. */
function cased(text: string, random: Random): string {
  const chance = random();
  if (chance < 0.55) return text.charAt(0).toUpperCase() + text.slice(1);
  return chance < 0.62 ? text.toUpperCase() : text;
}
