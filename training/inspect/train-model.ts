import type { Calibration } from '../../src/inspect/model/calibration.ts';
import type { ModelFile } from '../../src/inspect/model/model.ts';
import { Vocabulary } from '../../src/inspect/words/vocabulary.ts';
import { disguiseHarmless } from './augment.ts';
import { buildModel } from './build-model.ts';
import { buildVocabulary } from './build-vocabulary.ts';
import { embedAttacks } from './embed.ts';
import { average, type Example, fit } from './fit.ts';
import { type Generated, generateTexts } from './generate.ts';
import { groupOf, type Item } from './items.ts';
import { prepare } from './prepare.ts';
import { seeded } from './random.ts';

const GENERATED = 3_000;
/** Attacks of the data that are put into files, and as many generated ones. */
const EMBEDDED = 300;
const DISGUISED = 1_600;
const FITS = 3;
const MAX_VOCABULARY = 4_000;
const MAX_WEIGHTS = 32_000;
const PASSAGE_WORDS = 20;
const SEED = 20_260_101;
const FIT = { epochs: 16, rate: 0.3, ridge: 0.01, lasso: 0.002, minExamples: 2, passageWords: PASSAGE_WORDS };

/** How much an example of each kind counts, where it is not 1. */
const ATTACK_WEIGHTS: Record<string, number> = { contextual: 0.2, embedded: 1.6, jailbreak: 3 };
const BENIGN_WEIGHTS: Record<string, number> = {
  chat: 0.7,
  roleplay_benign: 0.7,
  mined_quoted: 0.3,
  hand_quoted: 0.3,
  hand_hard: 3,
  mined_hard: 1.5,
};
const GENERATED_ATTACK_WEIGHT = 0.35;
const GENERATED_HARMLESS_WEIGHT = 0.6;
const EMBEDDED_WEIGHT = 0.6;
const DISGUISED_WEIGHT = 0.5;
/** Longer attacks are not put into files. */
const MAX_EMBEDDED_CHARACTERS = 400;
const MIN_FILE_CHARACTERS = 300;

/** Log-odds of a model that is not calibrated yet: the sum itself. */
const UNCALIBRATED: Calibration = { constant: 0, terms: [1] };

export type ModelParts = Omit<ModelFile, 'checksum'>;

/** What is trained on beside the data. */
export function trainingSentences(): Generated[] {
  return generateTexts(GENERATED, GENERATED, SEED);
}

/** Trains a model on items; the same items give the same model. */
export function trainModel(items: readonly Item[]): ModelParts {
  const generated = trainingSentences();
  const attacks = items.filter(({ label }) => label === 'attack');
  const known = buildVocabulary(
    [
      ...attacks.filter(({ kind }) => kind !== 'embedded').map(({ text }) => text),
      ...generated.filter(({ isAttack }) => isAttack).map(({ text }) => text),
    ],
    MAX_VOCABULARY,
  );
  const vocabulary = new Vocabulary(known);
  const files = items.filter(isFile).map(({ text }) => text);
  const random = seeded(SEED);
  const embedded = [
    attacks.filter(isInstruction),
    generated.filter(({ isAttack, isEnglish }) => isAttack && isEnglish),
  ].flatMap((instructions) =>
    embedAttacks(
      instructions.map(({ text }) => text),
      files,
      EMBEDDED,
      random,
    ),
  );
  const examples: Example[] = [
    ...items.map((item) => ({
      ...prepare(item.text, vocabulary),
      isAttack: item.label === 'attack',
      weight: weightOf(item),
    })),
    ...generated.map(({ text, isAttack }) => ({
      ...prepare(text, vocabulary),
      isAttack,
      weight: isAttack ? GENERATED_ATTACK_WEIGHT : GENERATED_HARMLESS_WEIGHT,
    })),
    ...embedded.map((text) => ({ ...prepare(text, vocabulary), isAttack: true, weight: EMBEDDED_WEIGHT })),
    ...disguiseHarmless(items, DISGUISED, seeded(SEED)).map((text) => ({
      ...prepare(text, vocabulary),
      isAttack: false,
      weight: DISGUISED_WEIGHT,
    })),
  ];
  const fits = Array.from({ length: FITS }, (_, seed) => fit(examples, { ...FIT, seed: seed + 1 }));
  return buildModel(average(fits), known, UNCALIBRATED, {
    passageWords: PASSAGE_WORDS,
    maxWeights: MAX_WEIGHTS,
  });
}

function weightOf({ label, kind }: Item): number {
  return label === 'attack' ? (ATTACK_WEIGHTS[kind] ?? 2) : (BENIGN_WEIGHTS[kind] ?? 1);
}

function isInstruction({ kind, text }: Item): boolean {
  return ['override', 'extraction', 'indirect'].includes(kind) && text.length < MAX_EMBEDDED_CHARACTERS;
}

function isFile(item: Item): boolean {
  const kinds = ['dev_file', 'code_task', 'agent_instructions', 'commit'];
  return (
    groupOf(item) === 'development' && kinds.includes(item.kind) && item.text.length > MIN_FILE_CHARACTERS
  );
}
