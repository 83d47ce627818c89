import type { Calibration } from '../../src/inspect/model/calibration.ts';
import { packWeights } from '../../src/inspect/model/feature-weights.ts';
import type { ModelFile } from '../../src/inspect/model/model.ts';
import type { KnownWord } from '../../src/inspect/words/vocabulary.ts';
import type { Fitted } from './fit.ts';

/** Weights are kept in steps of -127 to 127; the largest that matters is about this. */
const MAX_WEIGHT = 3;

/** What is written to model.json, but for its checksum. @param maxWeights those that say most are kept */
export function buildModel(
  fitted: Fitted,
  vocabulary: readonly KnownWord[],
  calibration: Calibration,
  { passageWords, maxWeights }: { passageWords: number; maxWeights: number },
): Omit<ModelFile, 'checksum'> {
  const scale = MAX_WEIGHT / 127;
  const kept = [...fitted.weights]
    .map(([feature, weight]) => [feature, Math.round(Math.min(Math.max(weight / scale, -127), 127))] as const)
    .filter(([, steps]) => steps !== 0)
    .sort(([a, m], [b, n]) => Math.abs(n) - Math.abs(m) || a - b)
    .slice(0, maxWeights);
  return {
    passageWords,
    scale,
    calibration,
    weights: Buffer.from(packWeights(kept)).toString('base64'),
    vocabulary: vocabulary.map(({ text, classes }) =>
      classes === 0 ? text : `${text} ${classes.toString(36)}`,
    ),
  };
}
