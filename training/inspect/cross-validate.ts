import { createDetector, worstOf } from '../../src/inspect/detect.ts';
import type { Evidence } from '../../src/inspect/model/calibration.ts';
import { type Calibration, calibrate } from '../../src/inspect/model/calibration.ts';
import { openModel } from '../../src/inspect/model/model.ts';
import type { Judged } from './figures.ts';
import { type CalibrationExample, fitCalibration } from './fit-calibration.ts';
import { assignFolds } from './folds.ts';
import { type Item, readHarmless } from './items.ts';
import { trainModel } from './train-model.ts';

const FOLDS = 5;

/** How much an item counts in calibration, where it is not 1. */
const WEIGHTS: Record<string, number> = {
  contextual: 0.05,
  chat: 0.3,
  roleplay_benign: 0.5,
  mined_hard: 4,
  hand_hard: 4,
  mined_quoted: 2,
  hand_quoted: 2,
};

/**
 * Scores each item by a model and a calibration that saw neither it nor a near-duplicate of it.
 * @param progress is told of each fold
 * @returns also the calibration by all of them
 */
export function crossValidate(
  items: readonly Item[],
  progress: (message: string) => void,
): { judged: Judged[]; calibration: Calibration } {
  const harmless = readHarmless();
  const folds = assignFolds(items, FOLDS);
  const evidence: Evidence[] = [];
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const detect = createDetector(
      openModel(trainModel([...items.filter((_, at) => folds[at] !== fold), ...harmless])),
    );
    for (const [at, { text }] of items.entries()) {
      if (folds[at] === fold) evidence[at] = worstOf(detect(text)).evidence;
    }
    progress(`fold ${fold + 1} of ${FOLDS}`);
  }
  const examples = items.map(
    (item, at): CalibrationExample => ({
      evidence: evidence[at] as Evidence,
      isAttack: item.label === 'attack',
      weight: WEIGHTS[item.kind] ?? 1,
    }),
  );
  const calibrations = Array.from({ length: FOLDS }, (_, fold) =>
    fitCalibration(examples.filter((_, at) => folds[at] !== fold)),
  );
  const judged = items.map((item, at) => ({
    item,
    logit: calibrate(evidence[at] as Evidence, calibrations[folds[at] as number] as Calibration),
  }));
  return { judged, calibration: fitCalibration(examples) };
}
