import { createDetector } from '../../src/inspect/detect.ts';
import { type Calibration, calibrate, type Evidence } from '../../src/inspect/model/calibration.ts';
import { openModel } from '../../src/inspect/model/model.ts';
import { DISGUISES, isDisguisable } from './disguises.ts';
import type { Seen } from './figures.ts';
import { type CalibrationExample, fitCalibration } from './fit-calibration.ts';
import { assignFolds } from './folds.ts';
import { type Item, readHarmless } from './items.ts';
import { doubtOf } from './rule-doubt.ts';
import { trainModel } from './train-model.ts';

const FOLDS = 5;

/** How much an item counts in calibration, where it is not 1. */
const WEIGHTS: Record<string, number> = {
  contextual: 0.05,
  chat: 0.3,
  roleplay_benign: 0.5,
  embedded: 2,
  mined_hard: 6,
  hand_hard: 6,
  mined_quoted: 2,
  hand_quoted: 2,
};
/** In so many of its disguises a text counts in calibration, too: together as much as the text itself. */
const CALIBRATED_DISGUISES = 3;

export interface CrossValidated {
  seen: Seen[];
  /** By disguise: the texts that disguises are measured on, each of them in it. */
  disguised: ReadonlyMap<string, readonly Seen[]>;
  /** By all items. */
  calibration: Calibration;
}

/** A text by what a model that did not see it found in each of its readings. */
interface Observed {
  at: number;
  readings: readonly Evidence[];
  /** The share of doubt that the rules leave: 1 where none matched. */
  doubt: number;
}

/**
 * Looks at each item by a model and a calibration that saw neither it nor a near-duplicate of it.
 * @param progress is told of each fold
 */
export function crossValidate(items: readonly Item[], progress: (message: string) => void): CrossValidated {
  const harmless = readHarmless();
  const folds = assignFolds(items, FOLDS);
  const plain: Observed[] = [];
  const disguised = new Map<string, Observed[]>(Object.keys(DISGUISES).map((name) => [name, []]));
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const detect = createDetector(
      openModel(trainModel([...items.filter((_, at) => folds[at] !== fold), ...harmless])),
    );
    const observe = (at: number, text: string): Observed => {
      const readings = detect(text);
      return { at, readings: readings.map(({ evidence }) => evidence), doubt: doubtOf(readings) };
    };
    for (const [at, item] of items.entries()) {
      if (folds[at] !== fold) continue;
      plain[at] = observe(at, item.text);
      if (!isDisguisable(item)) continue;
      for (const [name, observed] of disguised)
        observed.push(observe(at, DISGUISES[name]?.(item.text) ?? ''));
    }
    progress(`fold ${fold + 1} of ${FOLDS}`);
  }
  const disguises = [...disguised.values()];
  const examples = [
    ...plain.map((observed) => ({ observed, share: 1 })),
    ...disguises.flatMap((ofDisguise, number) =>
      ofDisguise
        .filter((_, at) => (at + number) % disguises.length < CALIBRATED_DISGUISES)
        .map((observed) => ({ observed, share: 1 / CALIBRATED_DISGUISES })),
    ),
  ].map(({ observed: { at, readings }, share }) => ({
    fold: folds[at],
    example: exampleOf(items[at] as Item, readings, share),
  }));
  const fit = (fold?: number) =>
    fitCalibration(examples.filter((one) => one.fold !== fold).map(({ example }) => example));
  const calibrations = Array.from({ length: FOLDS }, (_, fold) => fit(fold));
  const see = ({ at, readings, doubt }: Observed): Seen => ({
    item: items[at] as Item,
    fold: folds[at] as number,
    logit: worstLogit(readings, calibrations[folds[at] as number] as Calibration),
    doubt,
  });
  return {
    seen: plain.map(see),
    disguised: new Map([...disguised].map(([name, observed]) => [name, observed.map(see)])),
    calibration: fit(),
  };
}

function exampleOf({ label, kind }: Item, readings: readonly Evidence[], share: number): CalibrationExample {
  return {
    evidence: readings.reduce((worst, one) => (one.sum > worst.sum ? one : worst)),
    isAttack: label === 'attack',
    weight: share * (WEIGHTS[kind] ?? 1),
  };
}

function worstLogit(readings: readonly Evidence[], calibration: Calibration): number {
  return Math.max(...readings.map((evidence) => calibrate(evidence, calibration)));
}
