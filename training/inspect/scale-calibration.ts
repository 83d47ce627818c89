import type { Calibration } from '../../src/inspect/model/calibration.ts';
import type { Thresholds } from './figures.ts';

/** Scores at which a text is flagged and rejected, unless a policy says otherwise. */
const FLAG_SCORE = 0.5;
const REJECT_SCORE = 0.9;

/** Stretches log-odds so that the thresholds come to round scores. */
export function scaleCalibration(
  { constant, terms }: Calibration,
  { flag, reject }: Thresholds,
): Calibration {
  const logit = (score: number) => Math.log(score / (1 - score));
  const scale = (logit(REJECT_SCORE) - logit(FLAG_SCORE)) / (reject - flag);
  return {
    constant: scale * (constant - flag) + logit(FLAG_SCORE),
    terms: terms.map((term) => scale * term),
  };
}
